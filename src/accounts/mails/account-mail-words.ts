import type { MailContent } from '../../templating/mail/parse-mail-template.js';

/** What each kind of mail has to be told, besides its link. */
export interface AccountMailValues {
  /** `role` as in "You would be a scheduler": `a viewer`, `an admin`; `expires` in words, with its zone. */
  readonly invite: { readonly inviter_name: string; readonly org_name: string; role: string; expires: string };
  readonly password_reset: { readonly user_name: string };
  /** `what` happened, and what to do `if_not_you`: whole sentences. */
  readonly account_locked: { readonly user_name: string; what: string; if_not_you: string };
  /** `what` as in "those are: 12 of Designer on 3 December". */
  readonly erasure_notice: { readonly user_name: string; readonly org_name: string; readonly what: string };
  readonly password_changed: { readonly user_name: string; changed_at: string };
}

export type AccountMailKind = keyof AccountMailValues;

/** In our own words, in Markdown; `{{link}}` is the address that the mail carries. */
export const accountMailWords: Readonly<Record<AccountMailKind, MailContent>> = {
  invite: {
    subject: '{{inviter_name}} invites you to {{org_name}} on Interlude',
    body: `Hello,

**{{inviter_name}}** invites you to the organization **{{org_name}}** on Interlude. You would be {{role}} there.

[Look at the invitation]({{link}})

If the button does not work, copy this address into your browser:
{{link}}

It works once, until {{expires}}, and it is for you alone: please do not pass it on.

If you do not know what this is about, do nothing. Nothing happens without you.
`,
  },
  password_reset: {
    subject: 'Choose a new password for Interlude',
    body: `Hello {{user_name}},

somebody asked for a new password for your account on Interlude.

[Choose a new password]({{link}})

If the button does not work, copy this address into your browser:
{{link}}

It works once, within 60 minutes, and it is for you alone: please do not pass it on.

If it was not you who asked, do nothing: your password stays as it is.
`,
  },
  account_locked: {
    subject: 'Too many wrong tries at your Interlude account',
    body: `Hello {{user_name}},

{{what}} Further tries are refused for a while. Nobody got in with these.

**If it was you:** wait, then try again. If you have forgotten your password, choose a new one:
{{link}}

**If it was not you:** {{if_not_you}}
`,
  },
  erasure_notice: {
    subject: 'Candidates of {{org_name}} will be erased',
    body: `Hello {{user_name}},

in the organization **{{org_name}}** on Interlude, candidates will be erased, because their assessments have been closed for as long as your settings say:

{{what}}

Erasing cannot be undone. To keep them longer, do it before then:

[Look at who will be erased]({{link}})

If the button does not work, copy this address into your browser:
{{link}}

If it is right, there is nothing to do.
`,
  },
  password_changed: {
    subject: 'Your Interlude password was changed',
    body: `Hello {{user_name}},

the password of your account on Interlude was changed: {{changed_at}}. Whoever was signed in with the old one no longer is.

**If it was you:** there is nothing to do.

**If it was not you:** choose another password at once, and tell an admin of your organization:
{{link}}
`,
  },
};
