import { internalError, notFound } from './api-error.js';
import { type Call, type Endpoint, hostOf, success } from './endpoint.js';
import { type EventType, eventTypeOutput } from './event-type.js';
import { type SandboxState } from './state.js';

const versions = ['2024-06-14'];

export function eventTypeEndpoints(state: SandboxState, webUrl: () => string): Endpoint[] {
  const output = (eventType: EventType, withTitleField: boolean) =>
    eventTypeOutput(eventType, state.hostOf(eventType), webUrl(), withTitleField);
  return [
    {
      method: 'get',
      path: '/event-types',
      versions,
      key: 'optional',
      answer: (call) => success(listed(call, state).map((eventType) => output(eventType, false))),
    },
    {
      method: 'get',
      path: '/event-types/:id',
      versions,
      key: 'required',
      answer: (call) => success(output(owned(call, state), true)),
    },
  ];
}

/** With one's own key hidden ones too, with a user name the public ones, with neither none. */
function listed(call: Call, state: SandboxState): EventType[] {
  const { username, eventSlug, sortCreatedAt } = call.query;
  const host = username ? state.hosts.find((host) => host.username === username) : call.by;
  const found = state.eventTypes.filter(
    (eventType) =>
      eventType.ownerId === host?.id &&
      (!eventType.hidden || call.by?.id === host.id) &&
      (!username || !eventSlug || eventType.slug === eventSlug),
  );
  return sortCreatedAt === 'desc' ? found.toReversed() : found;
}

function owned(call: Call, state: SandboxState): EventType {
  const id = Number(call.params.id);
  if (!Number.isInteger(id)) throw internalError();
  const eventType = state.eventType(id);
  if (eventType?.ownerId !== hostOf(call).id) throw notFound(`Event type with id ${id} not found`);
  return eventType;
}
