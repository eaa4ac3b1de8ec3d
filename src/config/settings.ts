import type { EncryptionKey } from './encryption-keys.js';
import type { GroupRole } from './group-roles.js';

export const emailTransports = ['resend', 'smtp', 'capture'] as const;
export type EmailTransportName = (typeof emailTransports)[number];

/** Who signs people in besides us: a provider of OpenID Connect. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the button of the sign-in page calls it. */
  readonly name: string;
  readonly groupsClaim: string;
  readonly groupRoles: readonly GroupRole[];
}

/** The environment, read once and typed (design 2.2). `databaseUrl` is null when the bundled Postgres serves. */
export interface Settings {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly trustProxy: string | null;
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly encryptionKeys: readonly EncryptionKey[];
  readonly sessionSecret: string;
  readonly calCom: {
    readonly apiUrl: string;
    readonly apiKey: string | null;
    readonly allowedHosts: readonly string[];
    readonly requestsPerMinute: number;
  };
  readonly email: {
    readonly transport: EmailTransportName;
    readonly from: string;
    readonly resendApiKey: string | null;
    readonly resendBaseUrl: string | null;
    readonly resendRequestsPerSecond: number;
    /** Without it nothing that claims to come from Resend is believed. */
    readonly resendWebhookSecret: string | null;
    readonly smtpUrl: string | null;
  };
  readonly firstAdmin: { readonly email: string; readonly password: string; readonly organizationName: string } | null;
  readonly oidc: OidcSettings | null;
  readonly undoWindowSeconds: number;
  /** `mailto:` or `https:`; null: the address that mail comes from. */
  readonly securityContact: string | null;
  readonly logLevel: string;
}

/** Injection token of the one `Settings` object. */
export const SETTINGS = Symbol('settings');

export function usesHttps(settings: Settings): boolean {
  return settings.publicUrl.startsWith('https:');
}
