/** `public`: anybody; else the weakest role that may. */
export type Caller = 'public' | 'viewer' | 'scheduler' | 'admin';

/** What of Acme's stands in the address: to another organization it does not exist. */
export type Thing =
  | 'apiToken'
  | 'assessment'
  | 'assignment'
  | 'booking'
  | 'bulkAction'
  | 'calBooking'
  | 'draft'
  | 'email'
  | 'invitation'
  | 'member'
  | 'memberInvite'
  | 'request'
  | 'send'
  | 'suppression';

export interface Access {
  readonly for: Caller;
  readonly of?: Thing;
  /** The address alone names nothing that is there: the answer is 404 to whoever may, too. */
  readonly asksMore?: true;
}

/** Every route there is, and who may: `method path` as the router knows it. A route that is not here fails the test. */
export const accessTable: Readonly<Record<string, Access>> = {
  'GET /': { for: 'public' },
  'GET /sign-in': { for: 'public' },
  'POST /sign-in': { for: 'public' },
  'GET /sign-in/code': { for: 'public' },
  'POST /sign-in/code': { for: 'public' },
  'GET /password-reset': { for: 'public' },
  'POST /password-reset': { for: 'public' },
  'GET /password-reset/sent': { for: 'public' },
  'GET /password-reset/:token': { for: 'public' },
  'POST /password-reset/:token': { for: 'public' },
  'GET /sign-in/oidc': { for: 'public', asksMore: true },
  'GET /sign-in/oidc/callback': { for: 'public', asksMore: true },
  'GET /sign-in/oidc/signed-out': { for: 'public', asksMore: true },
  'POST /sign-out': { for: 'public' },
  'GET /invites/:token': { for: 'public' },
  'POST /invites/:token/account': { for: 'public' },
  'POST /invites/:token/membership': { for: 'public' },
  'GET /setup': { for: 'public' },
  'POST /setup': { for: 'public' },
  'GET /healthz': { for: 'public' },
  'GET /readyz': { for: 'public' },
  'GET /brand/:color.css': { for: 'public' },
  'GET /i/:token': { for: 'public' },
  'GET /i/:token/decline': { for: 'public' },
  'POST /i/:token/decline': { for: 'public' },
  'GET /i/:token/other-times': { for: 'public' },
  'POST /i/:token/other-times': { for: 'public' },
  'POST /i/:token/new-link-request': { for: 'public' },
  'GET /i/:token/unsubscribe': { for: 'public' },
  'POST /i/:token/unsubscribe': { for: 'public' },
  'POST /i/:token/unsubscribe/reversal': { for: 'public' },
  'POST /webhooks/resend': { for: 'public' },
  'POST /webhooks/cal-com/:endpointId': { for: 'public' },

  'GET /app/scheduling': { for: 'viewer' },
  'POST /app/scheduling/booking-links': { for: 'scheduler' },
  'POST /app/scheduling/sends': { for: 'scheduler' },
  'POST /app/scheduling/requests/:id/settlement': { for: 'scheduler', of: 'request' },
  'POST /app/scheduling/candidates/:invitationId/reopening': { for: 'scheduler', of: 'invitation' },
  'GET /app/scheduling/candidates/:id/booking': { for: 'scheduler', of: 'invitation' },
  'POST /app/scheduling/candidates/:id/booking': { for: 'scheduler', of: 'invitation' },
  'POST /app/scheduling/assignments': { for: 'scheduler' },
  'GET /app/scheduling/assignments/new': { for: 'scheduler', asksMore: true },
  'GET /app/scheduling/assignments/:id': { for: 'viewer', of: 'assignment' },
  'POST /app/scheduling/assignments/:id/retry': { for: 'scheduler', of: 'assignment' },
  'POST /app/scheduling/assignments/:id/cancellation': { for: 'scheduler', of: 'assignment' },

  'GET /app/sends': { for: 'viewer' },
  'GET /app/sends/:id': { for: 'viewer', of: 'send' },
  'POST /app/sends/:id/content': { for: 'scheduler', of: 'draft' },
  'POST /app/sends/:id/template': { for: 'scheduler', of: 'draft' },
  'POST /app/sends/:id/recent': { for: 'scheduler', of: 'draft' },
  'POST /app/sends/:id/opted-out': { for: 'scheduler', of: 'draft', asksMore: true },
  'POST /app/sends/:id/test': { for: 'scheduler', of: 'draft' },
  'POST /app/sends/:id/dispatch': { for: 'scheduler', of: 'draft' },
  'POST /app/sends/:id/cancellation': { for: 'scheduler', of: 'send' },
  'POST /app/sends/:id/retry': { for: 'scheduler', of: 'send' },
  'GET /app/emails/:id': { for: 'viewer', of: 'email' },
  'GET /app/emails/:id/body': { for: 'viewer', of: 'email' },
  'POST /app/emails/:id/retry': { for: 'scheduler', of: 'email' },

  'GET /app/bookings': { for: 'viewer' },
  'POST /app/bookings/refresh': { for: 'scheduler' },
  'GET /app/bookings/:id': { for: 'viewer', of: 'booking' },
  'POST /app/bookings/:id/refresh': { for: 'scheduler', of: 'booking' },
  'POST /app/bookings/:id/cancellation': { for: 'scheduler', of: 'booking' },
  'POST /app/bookings/:id/confirmation': { for: 'scheduler', of: 'booking' },
  'POST /app/bookings/:id/rejection': { for: 'scheduler', of: 'booking' },
  'POST /app/bookings/:id/no-show': { for: 'scheduler', of: 'booking' },
  'POST /app/bookings/:id/invitation': { for: 'scheduler', of: 'booking' },
  'GET /app/bookings/:id/reschedule': { for: 'scheduler', of: 'booking' },
  'POST /app/bookings/:id/reschedule': { for: 'scheduler', of: 'booking' },
  'POST /app/bookings/:id/candidate': { for: 'scheduler', of: 'booking', asksMore: true },
  'POST /app/bookings/:id/set-aside': { for: 'scheduler', of: 'booking' },
  'POST /app/bookings/:id/inbox': { for: 'scheduler', of: 'booking' },
  'POST /app/bookings/bulk-actions': { for: 'scheduler' },
  'GET /app/bookings/bulk-actions/:id': { for: 'viewer', of: 'bulkAction' },
  'POST /app/bookings/bulk-actions/:id/retry': { for: 'scheduler', of: 'bulkAction' },
  'POST /app/bookings/bulk-actions/:id/cancellation': { for: 'scheduler', of: 'bulkAction' },

  'GET /app/assessments': { for: 'viewer' },
  'POST /app/assessments': { for: 'scheduler' },
  'POST /app/assessments/:id/closure': { for: 'scheduler', of: 'assessment' },
  'POST /app/assessments/:id/reopening': { for: 'scheduler', of: 'assessment' },
  'GET /app/candidates/import': { for: 'scheduler' },
  'GET /app/candidates/import/sample.csv': { for: 'scheduler' },
  'POST /app/candidates/import': { for: 'scheduler' },

  'GET /app/account': { for: 'viewer' },
  'POST /app/account/password': { for: 'viewer' },
  'POST /app/account/sessions/revocation': { for: 'viewer' },
  'POST /app/account/sessions/:id/revocation': { for: 'viewer', asksMore: true },
  'POST /app/account/organization': { for: 'viewer', asksMore: true },
  'GET /app/account/second-factor': { for: 'viewer' },
  'POST /app/account/second-factor': { for: 'viewer' },
  'POST /app/account/second-factor/confirmation': { for: 'viewer' },
  'POST /app/account/second-factor/recovery-codes': { for: 'viewer' },
  'POST /app/account/second-factor/removal': { for: 'viewer' },

  'GET /app/settings/cal-com': { for: 'admin' },
  'POST /app/settings/cal-com': { for: 'admin' },
  'POST /app/settings/cal-com/disconnection': { for: 'admin', asksMore: true },
  'POST /app/settings/cal-com/webhook': { for: 'admin' },
  'POST /app/settings/cal-com/leftover': { for: 'admin' },
  'POST /app/settings/cal-com/event-types': { for: 'admin' },
  'POST /app/settings/cal-com/default-event-type': { for: 'admin', asksMore: true },
  'POST /app/settings/cal-com/used-event-types': { for: 'admin' },
  'POST /app/settings/cal-com/link-life': { for: 'admin' },
  'POST /app/settings/cal-com/test': { for: 'admin' },
  'GET /app/settings/email': { for: 'admin' },
  'POST /app/settings/email': { for: 'admin' },
  'POST /app/settings/email/test': { for: 'admin' },
  'GET /app/settings/email/suppressions/:id': { for: 'admin', of: 'suppression' },
  'POST /app/settings/email/suppressions/:id/lifting': { for: 'admin', of: 'suppression' },
  'GET /app/settings/templates': { for: 'admin' },
  'POST /app/settings/templates': { for: 'admin' },
  'GET /app/settings/templates/:name': { for: 'admin' },
  'POST /app/settings/templates/:name': { for: 'admin' },
  'POST /app/settings/templates/:name/preview': { for: 'admin' },
  'POST /app/settings/templates/:name/check': { for: 'admin' },
  'GET /app/settings/templates/:name/body': { for: 'admin', asksMore: true },
  'POST /app/settings/templates/:name/default': { for: 'admin' },
  'POST /app/settings/templates/:name/archiving': { for: 'admin', asksMore: true },
  'POST /app/settings/templates/:name/archiving/reversal': { for: 'admin', asksMore: true },
  'GET /app/settings/templates/:name/versions': { for: 'admin' },
  'GET /app/settings/templates/:name/versions/:version': { for: 'admin' },
  'POST /app/settings/templates/:name/versions/:version/restoration': { for: 'admin' },
  'GET /app/settings/organization': { for: 'admin' },
  'POST /app/settings/organization': { for: 'admin' },
  'GET /app/settings/members': { for: 'admin' },
  'POST /app/settings/members/second-factor': { for: 'admin' },
  'POST /app/settings/members/second-factor/reversal': { for: 'admin' },
  'POST /app/settings/members/invites': { for: 'admin' },
  'POST /app/settings/members/invites/:id/renewal': { for: 'admin', of: 'memberInvite' },
  'POST /app/settings/members/invites/:id/withdrawal': { for: 'admin', of: 'memberInvite' },
  'GET /app/settings/members/:id': { for: 'admin', of: 'member' },
  'POST /app/settings/members/:id/role': { for: 'admin', of: 'member' },
  'POST /app/settings/members/:id/disabling': { for: 'admin', of: 'member' },
  'POST /app/settings/members/:id/disabling/reversal': { for: 'admin', of: 'member' },
  'POST /app/settings/members/:id/removal': { for: 'admin', of: 'member' },
  'GET /app/settings/api-tokens': { for: 'admin' },
  'POST /app/settings/api-tokens': { for: 'admin' },
  'GET /app/settings/api-tokens/:id': { for: 'admin', of: 'apiToken' },
  'POST /app/settings/api-tokens/:id/revocation': { for: 'admin', of: 'apiToken' },
  'GET /app/settings/activity': { for: 'admin' },
  'GET /app/settings/activity/export.csv': { for: 'admin' },
  'GET /app/settings/doctor': { for: 'admin' },

  'GET /api/docs': { for: 'viewer' },
  'GET /api/docs/openapi.json': { for: 'viewer' },
  'GET /api/admin/scheduling/candidates': { for: 'viewer' },
  'GET /api/admin/scheduling/cal-com/event-types': { for: 'viewer' },
  'GET /api/admin/scheduling/cal-com/slots': { for: 'viewer' },
  'POST /api/admin/scheduling/cal-com/bookings': { for: 'scheduler' },
  'GET /api/admin/scheduling/cal-com/bookings/:booking_id': { for: 'viewer', of: 'calBooking' },
  'DELETE /api/admin/scheduling/cal-com/bookings/:booking_id': { for: 'scheduler', of: 'calBooking' },
  'POST /api/admin/scheduling/send-emails': { for: 'scheduler' },
  'GET /api/admin/scheduling/sends/:send_id': { for: 'viewer', of: 'send' },
  'PUT /api/admin/invitations': { for: 'scheduler' },
};
