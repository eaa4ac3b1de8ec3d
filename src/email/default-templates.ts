import type { MailContent } from '../templating/mail/parse-mail-template.js';

export type TemplateName = 'scheduling_invitation';

/** Version 1 of each template, until an admin writes their own. */
export const defaultTemplates: Readonly<Record<TemplateName, MailContent>> = {
  scheduling_invitation: {
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
};
