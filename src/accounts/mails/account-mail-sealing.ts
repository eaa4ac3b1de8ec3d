export const sendAccountMailQueue = 'send-account-mail';

/** To which a sealed token is bound. */
export function tokenPlace(accountMailId: string): string {
  return `account_mails|sealed_token|${accountMailId}`;
}
