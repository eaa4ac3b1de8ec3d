import type { Flash } from './flash.js';

/** What a controller returns after a successful post: 303, with an optional word for the next page. */
export class Redirect {
  constructor(
    readonly to: string,
    readonly flash?: Flash,
  ) {}
}
