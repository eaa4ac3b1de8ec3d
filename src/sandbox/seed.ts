import { type EventType } from './event-type.js';
import { type Host } from './host.js';

export const demoApiKey = 'cal_sandbox_acme_interviews';
export const otherApiKey = 'cal_sandbox_globex_hiring';
/** Known, but past its date: Cal.com says so instead of "invalid". */
export const expiredApiKey = 'cal_sandbox_expired';

const workingHours = { from: 9, to: 17 };

export function seedHosts(apiKey: string): Host[] {
  return [
    {
      id: 101,
      name: 'Acme Interviews',
      username: 'acme-interviews',
      email: 'interviews@acme.example',
      timeZone: 'Europe/Berlin',
      apiKey,
      workingHours,
      calendars: [{ email: 'interviews@acme.example' }],
    },
    {
      id: 102,
      name: 'Globex Hiring',
      username: 'globex-hiring',
      email: 'hiring@globex.example',
      timeZone: 'America/New_York',
      apiKey: otherApiKey,
      workingHours,
    },
  ];
}

export function seedEventTypes(): EventType[] {
  return [
    acme(1, 'Interview', 'interview', 30, 'A first conversation about you and the role.'),
    acme(2, 'Technical interview', 'technical-interview', 60, 'We go through your assessment together.'),
    acme(3, 'Team chat', 'team-chat', 45, 'Meet two people you would work with.'),
    {
      ...acme(4, 'Flexible', 'flexible', 30, 'You choose how long we talk.'),
      lengthInMinutesOptions: [15, 30, 60],
    },
    {
      ...acme(5, 'Final conversation', 'final-conversation', 60, 'With the people who decide. We confirm the time.'),
      requiresConfirmation: true,
    },
    { ...acme(6, 'Hiring manager call', 'hiring-manager-call', 30, 'By invitation only.'), hidden: true },
    {
      ...acme(7, 'Interview', 'interview', 30, 'A first conversation.'),
      ownerId: 102,
      locationUrl: 'https://meet.example.org/globex-hiring',
    },
  ];
}

function acme(id: number, title: string, slug: string, lengthInMinutes: number, description: string): EventType {
  return {
    id,
    ownerId: 101,
    title,
    slug,
    description,
    lengthInMinutes,
    lengthInMinutesOptions: null,
    locationUrl: 'https://meet.example.org/acme-interviews',
    minimumBookingNoticeMinutes: 120,
    requiresConfirmation: false,
    hidden: false,
  };
}
