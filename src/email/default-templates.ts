import type { MailName } from '../templating/mail/mail-names.js';
import type { MailContent } from '../templating/mail/parse-mail-template.js';

export const templateNames = ['scheduling_invitation', 'booking_confirmation'] as const;
export type TemplateName = (typeof templateNames)[number];

export interface DefaultTemplate extends MailContent {
  /** What people call it. */
  readonly title: string;
  /** When such a mail leaves. */
  readonly occasion: string;
  /** The names that have a value when the mail is made. Whoever needs another one gets no mail. */
  readonly names: readonly MailName[];
  /** The names without which the mail would be pointless. */
  readonly needs: readonly MailName[];
}

/** Version 1 of each template, until an admin writes their own. */
export const defaultTemplates: Readonly<Record<TemplateName, DefaultTemplate>> = {
  scheduling_invitation: {
    title: 'Invitation',
    occasion: 'Sent to the candidates you choose, to let them pick a time.',
    names: ['candidate_name', 'booking_link', 'assessment_title', 'org_name'],
    needs: ['booking_link'],
    subject: 'Meeting Invitation - {{assessment_title}}',
    body: `Hi {{candidate_name}},

Thank you for completing the **{{assessment_title}}** assessment. We enjoyed reading your answers and would like to meet you.

Please pick a time that suits you:

[Choose a time]({{booking_link}})

If the button does not work, copy this address into your browser:
{{booking_link}}

The link is personal, so please do not pass it on. You can come back to it any time to change or cancel your booking.

We look forward to talking with you!

Kind regards,
{{org_name}}
`,
  },
  booking_confirmation: {
    title: 'Booking confirmation',
    occasion:
      'Sent by itself when a booking is confirmed, and when it moves to another time. Off until it is turned on.',
    names: ['candidate_name', 'booking_link', 'assessment_title', 'meeting_date', 'org_name'],
    needs: ['meeting_date'],
    subject: 'Your interview: {{meeting_date}}',
    body: `Hi {{candidate_name}},

Your interview with {{org_name}} about **{{assessment_title}}** is booked for:

**{{meeting_date}}**

Something came up? Change or cancel it here:

[Change or cancel]({{booking_link}})

If the button does not work, copy this address into your browser:
{{booking_link}}

The link is personal, so please do not pass it on.

We look forward to talking with you!

Kind regards,
{{org_name}}
`,
  },
};
