import type { Settings } from '../../config/settings.js';
import { CaptureTransport } from './capture.transport.js';
import type { MailTransport } from './mail-transport.js';
import { ResendTransport } from './resend.transport.js';
import { SmtpTransport } from './smtp.transport.js';

/** The transport that `EMAIL_TRANSPORT` names; the settings have checked that it has what it needs. */
export function chooseTransport({ email }: Settings): MailTransport {
  switch (email.transport) {
    case 'resend':
      return new ResendTransport(email.resendApiKey ?? '', email.resendBaseUrl, email.resendRequestsPerSecond);
    case 'smtp':
      return new SmtpTransport(email.smtpUrl ?? '');
    case 'capture':
      return new CaptureTransport();
  }
}
