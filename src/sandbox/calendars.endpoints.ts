import { type Endpoint, hostOf, success } from './endpoint.js';
import { type ConnectedCalendar } from './host.js';

export const calendarsEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/calendars',
    key: 'required',
    answer: (call) =>
      success({ connectedCalendars: (hostOf(call).calendars ?? []).map(accountAnswer), destinationCalendar: {} }),
  },
];

function accountAnswer({ email, broken }: ConnectedCalendar, index: number): object {
  const account = { integration, credentialId: index + 1 };
  if (broken) return { ...account, error: { message: 'Could not get connected calendars' } };
  const calendar = {
    externalId: email,
    integration: integration.type,
    name: email,
    email,
    primary: true,
    readOnly: false,
    isSelected: true,
    credentialId: index + 1,
  };
  return { ...account, primary: calendar, calendars: [calendar] };
}

const integration = {
  name: 'Google Calendar',
  title: 'Google Calendar',
  description: 'Google Calendar is a time management and scheduling service.',
  type: 'google_calendar',
  variant: 'calendar',
  category: 'calendar',
  categories: ['calendar'],
  logo: 'icon.svg',
  publisher: 'Cal.com',
  slug: 'google-calendar',
  url: 'https://cal.com/',
  email: 'help@cal.com',
  installed: true,
  dirName: 'googlecalendar',
  appData: null,
  locationOption: null,
};
