import { type Endpoint, hostOf, success } from './endpoint.js';

export const meEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/me',
    key: 'required',
    answer: (call) => {
      const { id, email, name, timeZone, username } = hostOf(call);
      return success({
        id,
        email,
        name,
        avatarUrl: null,
        bio: null,
        timeFormat: 24,
        defaultScheduleId: id,
        weekStart: 'Monday',
        timeZone,
        username,
        organizationId: null,
      });
    },
  },
];
