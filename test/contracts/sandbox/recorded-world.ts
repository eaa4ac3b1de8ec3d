import { type EventType } from '../../../src/sandbox/event-type.js';
import { type Host } from '../../../src/sandbox/host.js';
import { expiredApiKey } from '../../../src/sandbox/seed.js';
import { type SandboxState } from '../../../src/sandbox/state.js';

/** The people and event types of the recorded server. */
export function becomeRecordedWorld(state: SandboxState): void {
  state.hosts.splice(0, Infinity, host(101, 'Hana Host', 'hiring-host', 'host@example.com', keys.host), {
    ...host(102, 'Otto Other', 'other-user', 'other@example.com', keys.other),
  });
  state.eventTypes.splice(
    0,
    Infinity,
    { ...eventType(1, '30 Min Interview', '30min', 30), description: 'First interview' },
    { ...eventType(2, 'Panel Interview', 'panel', 60), requiresConfirmation: true },
    eventType(3, 'Screening', 'screening', 20),
    { ...eventType(4, 'Flexible', 'flex', 30), lengthInMinutesOptions: [15, 30, 60] },
    { ...eventType(5, 'No Location', 'noloc', 30), locationUrl: 'integrations:daily' },
    { ...eventType(6, 'Other 30', 'other30', 30), ownerId: 102 },
  );
}

export const keys = {
  host: 'cal_live_host',
  other: 'cal_live_other',
  expired: expiredApiKey,
  unknown: 'cal_live_unknown',
};

function host(id: number, name: string, username: string, email: string, apiKey: string): Host {
  return { id, name, username, email, apiKey, timeZone: 'Europe/London', workingHours: { from: 9, to: 17 } };
}

function eventType(id: number, title: string, slug: string, lengthInMinutes: number): EventType {
  return {
    id,
    ownerId: 101,
    title,
    slug,
    description: '',
    lengthInMinutes,
    lengthInMinutesOptions: null,
    locationUrl: 'https://meet.example.org/hana',
    minimumBookingNoticeMinutes: 120,
    requiresConfirmation: false,
    hidden: false,
  };
}
