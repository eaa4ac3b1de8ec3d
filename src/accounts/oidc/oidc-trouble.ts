import { HttpStatus } from '@nestjs/common';
import type { OidcAnswer } from './oidc-provider.service.js';
import type { Refusal } from './provided-people.service.js';

export type OidcTrouble = Exclude<OidcAnswer['kind'], 'person'> | Refusal | 'over' | 'not again';

interface TroubleWords {
  readonly status: HttpStatus;
  readonly strong: string;
  readonly text: string;
}

/** `name` is what the provider is called here. */
export function oidcTrouble(trouble: OidcTrouble, name: string): TroubleWords {
  return troubles[trouble](name);
}

const troubles: Readonly<Record<OidcTrouble, (name: string) => TroubleWords>> = {
  away: (name) => ({
    status: HttpStatus.SERVICE_UNAVAILABLE,
    strong: `No answer from ${name}.`,
    text: 'Try again in a moment. Whoever has a password here can sign in with it.',
  }),
  over: (name) => ({
    status: HttpStatus.BAD_REQUEST,
    strong: 'This sign-in is over.',
    text: `It took too long, was finished already, or began in another browser. Sign in with ${name} again.`,
  }),
  untrusted: (name) => ({
    status: HttpStatus.BAD_REQUEST,
    strong: `The answer from ${name} could not be used.`,
    text: 'Nobody was signed in. Try again; if it stays like this, whoever runs Interlude finds the reason in its log.',
  }),
  refused: (name) => ({
    status: HttpStatus.FORBIDDEN,
    strong: `You were not let in at ${name},`,
    text: 'or you stopped it there. Try again.',
  }),
  fault: (name) => ({
    status: HttpStatus.BAD_GATEWAY,
    strong: `An error came back from ${name}.`,
    text: 'Try again; if it stays like this, whoever runs Interlude finds the reason in its log.',
  }),
  'not again': (name) => ({
    status: HttpStatus.FORBIDDEN,
    strong: `You were not asked to sign in again at ${name}.`,
    text: 'Sign out there first, then sign in here.',
  }),
  'no group': (name) => ({
    status: HttpStatus.FORBIDDEN,
    strong: `You are in no group at ${name} that may use Interlude.`,
    text: 'Ask whoever keeps the groups there.',
  }),
  'no address': (name) => ({
    status: HttpStatus.FORBIDDEN,
    strong: `There is no e-mail address for you at ${name}.`,
    text: 'Interlude needs one. Ask whoever keeps the accounts there.',
  }),
  unverified: (name) => ({
    status: HttpStatus.FORBIDDEN,
    strong: `Your e-mail address is not verified at ${name}.`,
    text: 'Have it verified there, then sign in again.',
  }),
  'not linked': (name) => ({
    status: HttpStatus.FORBIDDEN,
    strong: 'An account with your e-mail address is here already.',
    text: `It may more than your groups at ${name}, or belongs to somebody else there. Sign in with its password, or ask an admin.`,
  }),
  disabled: () => ({
    status: HttpStatus.FORBIDDEN,
    strong: 'Your account is disabled.',
    text: 'Ask an admin of your organization.',
  }),
};
