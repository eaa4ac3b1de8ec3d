import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  type Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type ServerMetadata,
} from 'openid-client';
import { SETTINGS, type OidcSettings, type Settings } from '../../config/settings.js';
import { absoluteMs } from '../session-life.js';
import { boundedFetch, ProviderAway } from './bounded-fetch.js';
import { type Claims, providedPerson, type ProvidedPerson } from './provided-person.js';

const timeoutSeconds = 5;
const clockToleranceSeconds = 30;
/** What the provider says about itself is read again after this. */
const knownForMs = 60 * 60 * 1000;

/** What must come back from the provider; kept in the session that asked. */
export interface OidcAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export type OidcAnswer =
  | {
      readonly kind: 'person';
      readonly person: ProvidedPerson;
      /** Null where it does not say. */ readonly shownAt: number | null;
    }
  | { readonly kind: 'refused' }
  | { readonly kind: 'away' | 'fault' | 'untrusted' };

/**
 * The one door to the provider of OpenID Connect: authorization code flow with PKCE. It is first asked when somebody
 * wants to sign in, and again whenever it did not answer; the rest of the app does without it.
 */
@Injectable()
export class OidcProvider {
  readonly settings: OidcSettings | null;
  readonly callbackUrl: string;
  private readonly signInUrl: string;
  private readonly logger = new Logger(OidcProvider.name);
  private known: { readonly configuration: Configuration; readonly until: number } | null = null;
  private asking: Promise<Configuration> | null = null;

  constructor(@Inject(SETTINGS) { oidc, publicUrl }: Settings) {
    this.settings = oidc;
    this.signInUrl = `${publicUrl}/sign-in`;
    this.callbackUrl = `${publicUrl}/sign-in/oidc/callback`;
  }

  /** Where the browser goes next; null while the provider does not answer. `again`: the person must show themselves anew. */
  async begin(again: boolean): Promise<{ readonly url: string; readonly attempt: OidcAttempt } | null> {
    const configuration = await this.find();
    if (!configuration) return null;
    const attempt = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: this.callbackUrl,
      scope: this.scopeFor(configuration.serverMetadata()),
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
      // Whoever is asked for it also says when the person showed themselves last.
      ...(again ? { prompt: 'login', max_age: '0' } : { max_age: String(absoluteMs / 1000) }),
    });
    return { url: url.href, attempt };
  }

  /** `query` is what came back, with its question mark. Nothing in it is believed before state and issuer fit. */
  async finish(query: string, { state, nonce, verifier }: OidcAttempt): Promise<OidcAnswer> {
    const configuration = await this.find();
    if (!configuration) return { kind: 'away' };
    try {
      const tokens = await authorizationCodeGrant(configuration, new URL(`${this.callbackUrl}${query}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
      });
      const token = tokens.claims()!;
      const claims = await this.withUserInfo(configuration, tokens.access_token, token);
      return {
        kind: 'person',
        person: providedPerson(token.iss, claims, this.settings!.groupsClaim),
        shownAt: token.auth_time === undefined ? null : token.auth_time * 1000,
      };
    } catch (error) {
      return this.told(error);
    }
  }

  /** Where somebody ends their session at the provider, too; null where it offers that not, or does not answer. */
  async signOutUrl(): Promise<string | null> {
    const configuration = await this.find();
    return configuration?.serverMetadata().end_session_endpoint
      ? buildEndSessionUrl(configuration, { post_logout_redirect_uri: this.signInUrl }).href
      : null;
  }

  private async find(): Promise<Configuration | null> {
    if (this.known && this.known.until > Date.now()) return this.known.configuration;
    this.asking ??= this.discover().finally(() => (this.asking = null));
    try {
      const configuration = await this.asking;
      this.known = { configuration, until: Date.now() + knownForMs };
      return configuration;
    } catch (error) {
      this.logger.warn(`The provider of OpenID Connect cannot be used: ${inWords(error)}`);
      return null;
    }
  }

  private async discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.settings!;
    const url = new URL(issuer);
    return discovery(
      url,
      clientId,
      { [clockTolerance]: clockToleranceSeconds },
      (server, ...rest) => authentication(server)(clientSecret)(server, ...rest),
      {
        [customFetch]: boundedFetch as typeof fetch,
        timeout: timeoutSeconds,
        execute: [enableNonRepudiationChecks, ...(url.protocol === 'http:' ? [allowInsecureRequests] : [])],
      },
    );
  }

  /** Providers that have a scope of the claim's name want to be asked for it. */
  private scopeFor({ scopes_supported: supported = [] }: ServerMetadata): string {
    const { groupsClaim } = this.settings!;
    return ['openid', 'email', 'profile', ...(supported.includes(groupsClaim) ? [groupsClaim] : [])].join(' ');
  }

  /** Some providers say only there in which groups somebody is. What the signed token says counts first. */
  private async withUserInfo(configuration: Configuration, accessToken: string, token: Claims): Promise<Claims> {
    const { userinfo_endpoint: endpoint } = configuration.serverMetadata();
    const isWhole = token['email'] !== undefined && token[this.settings!.groupsClaim] !== undefined;
    return isWhole || !endpoint ? token : { ...(await fetchUserInfo(configuration, accessToken, token.sub)), ...token };
  }

  private told(error: unknown): OidcAnswer {
    this.logger.warn(`A sign-in at the provider of OpenID Connect failed: ${inWords(error)}`);
    if (error instanceof AuthorizationResponseError) {
      return { kind: error.error === 'access_denied' ? 'refused' : 'fault' };
    }
    return { kind: error instanceof Error && error.cause instanceof ProviderAway ? 'away' : 'untrusted' };
  }
}

/** The standard way, unless the provider knows only the other one. */
function authentication({ token_endpoint_auth_methods_supported: methods }: ServerMetadata) {
  const onlyPost = methods?.includes('client_secret_post') && !methods.includes('client_secret_basic');
  return onlyPost ? ClientSecretPost : ClientSecretBasic;
}

/** For the log: codes and the library's own sentences, nothing else of what came in the address or the tokens. */
function inWords(error: unknown): string {
  const { message, error: said, code, cause } = error as { [part in 'message' | 'error' | 'code' | 'cause']?: unknown };
  const reason = cause instanceof ProviderAway ? cause.message : said;
  return [message, code, reason]
    .filter((part) => typeof part === 'string' && /^[\w :;,."'()-]{1,200}$/.test(part))
    .join(', ');
}
