import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { Provider } from 'oidc-provider';

export const oidcClient = { id: 'interlude', secret: 'a secret of the client, long enough' };

/** Somebody who has an account at the provider. */
export interface OidcAccount {
  readonly sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
  groups?: readonly string[] | string;
}

type Tamper = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface OidcServer {
  readonly issuer: string;
  /** Whoever is at the browser when the provider asks who it is. */
  person: OidcAccount | null;
  /** Answers in the provider's place where it says so: a provider that is away or lies. */
  tamper: Tamper | null;
  /** An ID token with these claims, by the provider's own key or another. */
  token(claims: object, key?: KeyObject): string;
  /** Goes where a browser would, from the address it was sent to until it is sent back. Answers that address. */
  visit(address: string): Promise<URL>;
  stop(): Promise<void>;
}

const keyId = 'the key';

/** A real provider (`oidc-provider`) on loopback. It asks no questions: whoever `person` is, is signed in. */
export async function startOidcServer(callbackUrl: string): Promise<OidcServer> {
  const accounts = new Map<string, OidcAccount>();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // It warns that it keeps all in memory: so it shall.
  const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: oidcClient.id,
        client_secret: oidcClient.secret,
        redirect_uris: [callbackUrl],
        post_logout_redirect_uris: [callbackUrl.replace('/oidc/callback', '')],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    cookies: { keys: [randomUUID()] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => accounts.get(sub) }),
    interactions: { url: () => '/who' },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: keyId, use: 'sig', alg: 'RS256' }] },
    loadExistingGrant: async ({ oidc }: { oidc: { session: { accountId: string } } }) => {
      const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: oidcClient.id });
      grant.addOIDCScope('openid email profile groups');
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
  });
  warnings.mockRestore();
  const handle = provider.callback();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (oidc.tamper?.(request, response)) return;
    if (request.url !== '/who') return handle(request, response);
    const { person } = oidc;
    if (person) accounts.set(person.sub, person);
    const result = person
      ? { login: { accountId: person.sub } }
      : { error: 'access_denied', error_description: '<b>stopped</b>' };
    await provider.interactionFinished(request, response, result);
  }

  const oidc: OidcServer = {
    issuer,
    person: null,
    tamper: null,
    token: (claims, key = privateKey) => signed(claims, key),
    visit: (address) => visit(address, issuer),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return oidc;
}

async function visit(address: string, issuer: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(address);
  while (url.origin === issuer) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
      cookies.set(name!, value!);
    }
    const location = response.headers.get('location');
    if (!location) throw new Error(`The provider answered ${response.status}: ${await response.text()}`);
    url = new URL(location, url);
  }
  return url;
}

function signed(claims: object, key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${part(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
}

export function anotherKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}
