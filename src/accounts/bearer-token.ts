import type { Request } from 'express';

/** The page that describes the API is for people. Routes are found whatever their case. */
const jsonApi = /^\/api\/(?!docs\/?$)/i;

export function isForJsonApi({ path }: Request): boolean {
  return jsonApi.test(path);
}

/** What follows `Bearer`, perhaps nothing. Null where none is shown, and everywhere but in the JSON API. */
export function bearerToken(request: Request): string | null {
  const [scheme = '', token = ''] = (request.get('Authorization') ?? '').split(' ');
  return isForJsonApi(request) && scheme.toLowerCase() === 'bearer' ? token : null;
}
