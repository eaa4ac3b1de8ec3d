export const expectedOutcomes = {
  fetchMe: {
    '001-me-good-key': '101 Hana Host <host@example.com> Europe/London',
    '002-me-good-key-version-2024-08-13': '101 Hana Host <host@example.com> Europe/London',
    '003-me-bad-key': 'unauthorized',
    '004-me-bad-key-without-cal-prefix': 'unauthorized',
    '005-me-expired-key': 'unauthorized',
    '006-me-no-key': 'unauthorized',
    '009-me-client-sent-x-request-id': '101 Hana Host <host@example.com> Europe/London',
    '010-me-unknown-route': 'unavailable: wrongAddress',
    '011-me-v1-route': 'unavailable: wrongAddress',
    '433-rate-limit-api-key-call-120': '101 Hana Host <host@example.com> Europe/London',
    '434-rate-limit-api-key-call-121': 'rate-limited: 60 s',
    '437-rate-limit-api-key-20s-into-block': 'rate-limited: 40 s',
    '439-rate-limit-api-key-65s-after-block': '101 Hana Host <host@example.com> Europe/London',
  },
  listEventTypes: {
    '024-event-types-list-2024-06-14':
      '1 30min 30 min; 2 panel 60 min, needs-confirmation; 3 screening 20 min, required-question Role; 4 flex 30/15/30/60 min; 5 noloc 30 min; 7 unk 15 min',
    '025-event-types-list-no-version-header': 'unavailable: unreadable',
    '028-event-types-list-known-but-wrong-version-2024-08-13': 'unavailable: wrongAddress',
    '031-event-types-list-no-key': 'none',
    '037-event-types-list-bad-key': 'unauthorized',
    '042-event-types-get-non-numeric-id': 'unavailable: ownTrouble',
    '397-flags-hidden-list-key-no-params':
      '1 30min 30 min; 2 panel 60 min, needs-confirmation; 3 screening 20 min, required-question Role; 4 flex 30/15/30/60 min; 5 noloc 30 min; 7 unk 15 min; 8 no-cancel 30 min, no-cancelling; 11 need-verify 30 min, verifies-email; 9 no-resched 30 min, no-rescheduling; 10 need-auth 30 min, requires-sign-in; 12 hidden-type 30 min, hidden',
  },
  listSlots: {
    '044-slots-ok-one-day': '16 from 2026-11-30T09:00 to 2026-11-30T16:30',
    '045-slots-ok-two-days-timezone': '32 from 2026-11-30T09:00 to 2026-12-01T16:30',
    '047-slots-ok-datetime-bounds': '4 from 2026-11-30T13:00 to 2026-11-30T14:30',
    '049-slots-ok-multi-length-duration-60': '8 from 2026-11-30T09:00 to 2026-11-30T16:00',
    '050-slots-weekend-empty': 'none',
    '051-slots-missing-start': 'rejected: other',
    '053-slots-end-before-start': 'none',
    '054-slots-unknown-event-type': 'not-found: event type',
    '057-slots-bad-timezone': 'rejected: time-zone-refused',
    '058-slots-unknown-query-parameter': 'rejected: other',
    '059-slots-no-version-header': 'unavailable: wrongAddress',
  },
  createBooking: {
    '091-bookings-create-ok-with-metadata-host-key':
      'r1Zx accepted 2026-11-30T09:00 30 min, type 1, candidate1@example.org, ref=tok_0123456789abcdef, round=1',
    '094-bookings-create-ok-start-with-offset': '8H5h accepted 2026-11-30T10:30 30 min, type 1, candidate4@example.org',
    '097-bookings-create-ok-custom-fields':
      'uV5L accepted 2026-11-30T12:00 20 min, type 3, candidate7@example.org, ref=tok7',
    '098-bookings-create-ok-multi-length-60': 'bXWA accepted 2026-11-30T13:00 60 min, type 4, candidate8@example.org',
    '100-bookings-create-bad-email': 'rejected: email-refused',
    '101-bookings-create-unknown-top-level-field': 'rejected: other',
    '106-bookings-create-missing-attendee-timezone': 'rejected: time-zone-refused',
    '113-bookings-create-unknown-event-type': 'not-found: event type',
    '116-bookings-create-past-time': 'rejected: in-the-past',
    '117-bookings-create-inside-minimum-notice': 'rejected: outside-booking-window',
    '118-bookings-create-outside-working-hours': 'rejected: slot-taken',
    '121-bookings-create-same-slot-twice': 'rejected: slot-taken',
    '124-bookings-create-length-on-single-length-type': 'rejected: length-not-offered',
    '125-bookings-create-length-not-offered': 'rejected: length-not-offered',
    '126-bookings-create-required-custom-field-missing': 'rejected: question-unanswered',
    '128-bookings-create-custom-select-value-not-in-options': 'rejected: question-unanswered',
    '129-bookings-create-phone-only-attendee': 'rejected: email-refused',
    '131-bookings-create-malformed-json': 'rejected: other',
    '135-bookings-create-bad-key': 'unauthorized',
    '136-bookings-create-no-version-header': 'rejected: other',
    '138-bookings-create-version-2024-09-04': 'unavailable: wrongAddress',
    '141-bookings-metadata-value-501-chars': 'rejected: other',
    '147-bookings-metadata-number-value': 'rejected: other',
    '236-bookings-confirm-request-4-made-with-host-key':
      '3rHM pending 2026-12-04T13:00 60 min, type 2, candidate44@example.org, ref=panel44',
    '364-concurrent-same-slot-round1-4': 'rejected: slot-taken',
    '368-concurrent-same-slot-round1-2': 'wkAZ accepted 2026-12-10T10:00 30 min, type 1, candidate82@example.org',
    '389-flags-need-auth-other-key': 'rejected: not-allowed',
    '394-flags-need-verify-host-key-no-code': 'rejected: email-verification',
    '402-flags-seated-2':
      'nmMY accepted 2026-12-10T15:00 30 min, type 13, candidate95@example.org, candidate96@example.org',
    '403-flags-seated-3-full': 'rejected: slot-taken',
    '409-flags-recurring-book': 'kDmE accepted 2026-12-10T15:30 30 min, type 14, candidate98@example.org, ref=rec',
    '426-misc-body-too-large': 'rejected: other',
    '442-rate-limit-no-key-blocked-bookings-post': 'rate-limited: 60 s',
    '464-attendee-data-email-case-and-plus':
      'uc2n accepted 2027-01-05T13:00 30 min, type 1, Candidate+Test@Example.ORG',
    '469-attendee-data-empty-name': 'rejected: name-refused',
  },
  getBooking: {
    '155-bookings-get-by-uid-host-key':
      'r1Zx accepted 2026-11-30T09:00 30 min, type 1, candidate1@example.org, ref=tok_0123456789abcdef, round=1',
    '158-bookings-get-by-uid-bad-key': 'unauthorized',
    '159-bookings-get-unknown-uid': 'not-found: booking',
    '160-bookings-get-by-uid-no-version': 'unavailable: unreadable',
    '219-bookings-reschedule-get-old-uid':
      'r1Zx cancelled 2026-11-30T09:00 30 min, type 1, candidate1@example.org, ref=tok_0123456789abcdef, round=1, to r51V',
    '238-bookings-confirm-get-pending':
      '5unw pending 2026-12-04T09:00 60 min, type 2, candidate41@example.org, ref=panel41',
    '270-bookings-absent-attendee-after-start':
      'uV5L accepted 2026-11-22T15:09 30 min, type 3, candidate7@example.org absent, ref=tok7',
    '276-bookings-absent-get-absent':
      'uV5L accepted 2026-11-22T15:09 30 min, type 3, candidate7@example.org, host absent, ref=tok7',
    '404-flags-seated-get-host':
      'nmMY accepted 2026-12-10T15:00 30 min, type 13, candidate95@example.org, candidate96@example.org',
    '410-flags-recurring-get-by-recurring-uid':
      'kDmE accepted 2026-12-10T15:30 30 min, type 14, candidate98@example.org, ref=rec',
    '445-rejected-get': '2ZdY rejected 2027-01-04T09:00 60 min, type 2, candidate110@example.org, ref=r110',
    '483-absent-other-get-after': 'bXWA accepted 2026-11-22T15:20 30 min, type 4, candidate8@example.org',
    '503-event-type-edit-get-booking-of-deleted-type':
      'cXEK accepted 2027-01-07T14:00 30 min, type null, candidate123@example.org, ref=t123',
  },
  listBookings: {
    '166-bookings-list-take-3': 'r1Zx accepted, vqr6 accepted, dupt accepted, more',
    '168-bookings-list-skip-beyond-end': 'none',
    '172-bookings-list-status-unconfirmed-empty': 'none',
    '174-bookings-list-status-bogus': 'rejected: other',
    '183-bookings-list-after-updated-at-past': 'r1Zx accepted, vqr6 accepted, more',
    '186-bookings-list-after-updated-at-unencoded-plus': 'rejected: other',
    '192-bookings-list-take-251': 'rejected: other',
    '198-bookings-list-no-key': 'unauthorized',
    '200-bookings-list-no-version-header': 'unavailable: unreadable',
    '231-bookings-reschedule-status-cancelled-includes-rescheduled': 'r1Zx cancelled',
    '240-bookings-confirm-list-upcoming-includes-pending': '5unw pending',
    '423-poll-boundary-after-updated-at-exactly-equal': '2g95 accepted, more',
    '424-poll-boundary-after-updated-at-plus-1ms': 'r1Zx cancelled, more',
    '448-rejected-list-status-cancelled': '2ZdY rejected',
    '465-attendee-data-filter-email-exact-case': 'uc2n accepted',
  },
  cancelBooking: {
    '203-bookings-cancel-host-key-without-reason': 'rejected: reason-missing',
    '206-bookings-cancel-unknown-field': 'rejected: other',
    '207-bookings-cancel-host-key-with-reason':
      'vqr6 cancelled 2026-11-30T09:30 30 min, type 1, candidate2@example.org, ref=tok_public, because "Candidate withdrew"',
    '208-bookings-cancel-twice': 'rejected: already-cancelled',
    '211-bookings-cancel-unknown-uid': 'not-found: booking',
    '212-bookings-cancel-no-version-header': 'unknown-outcome',
    '277-bookings-absent-cancel-ended-booking': 'rejected: already-over',
    '381-flags-no-cancel-cancel-host': 'rejected: cancelling-disabled',
    '407-flags-seated-cancel-all-host': 'nmMY cancelled 2026-12-10T15:00 30 min, type 13, because "called off"',
    '411-flags-recurring-cancel-subsequent':
      'kDmE cancelled 2026-12-10T15:30 30 min, type 14, candidate98@example.org, ref=rec, because "x"',
    '450-rejected-cancel-rejected':
      '2ZdY cancelled 2027-01-04T09:00 60 min, type 2, candidate110@example.org, ref=r110, because "x"',
  },
  rescheduleBooking: {
    '217-bookings-reschedule-ok-host-key':
      'r51V accepted 2026-12-03T09:00 30 min, type 1, candidate1@example.org, ref=tok_0123456789abcdef, round=1, from r1Zx',
    '220-bookings-reschedule-old-uid-again': 'rejected: already-rescheduled',
    '222-bookings-reschedule-to-busy-slot': 'rejected: slot-taken',
    '223-bookings-reschedule-to-past': 'rejected: in-the-past',
    '226-bookings-reschedule-missing-start': 'rejected: other',
    '228-bookings-reschedule-cancelled-booking': 'rejected: already-cancelled',
    '229-bookings-reschedule-unknown-uid': 'not-found: booking',
    '255-bookings-confirm-reschedule-pending-no-key':
      'b5F8 pending 2026-12-07T10:00 60 min, type 2, candidate45@example.org, ref=panel45, from bqEb',
    '278-bookings-absent-reschedule-ended-booking': 'rejected: length-not-offered',
    '454-rejected-reschedule-rejected-host': 'rejected: declined',
    '456-pending-reschedule-by-host-key-without-rescheduledBy':
      'vuEz accepted 2027-01-04T14:00 60 min, type 2, candidate112@example.org, from cH4i',
  },
  confirmBooking: {
    '242-bookings-confirm-confirm-other-users-key': 'rejected: not-allowed',
    '243-bookings-confirm-confirm-host-key':
      '5unw accepted 2026-12-04T09:00 60 min, type 2, candidate41@example.org, ref=panel41',
    '244-bookings-confirm-confirm-twice': 'rejected: already-confirmed',
  },
  declineBooking: {
    '248-bookings-confirm-decline-with-reason':
      '6D5b rejected 2026-12-04T11:00 60 min, type 2, candidate43@example.org, ref=panel43',
    '250-bookings-confirm-decline-accepted': 'rejected: already-confirmed',
  },
  markAbsent: {
    '268-bookings-absent-before-start': 'rejected: not-started',
    '271-bookings-absent-attendee-undo':
      'uV5L accepted 2026-11-22T15:09 30 min, type 3, candidate7@example.org, ref=tok7',
  },
  listWebhooks: {
    '080-webhooks-list':
      '0b94 active, 8 triggers, signed; 620c inactive, 0 triggers, unsigned; b7c8 inactive, 2 triggers, unsigned; ca97 inactive, 1 trigger, unsigned',
    '085-webhooks-no-key': 'unauthorized',
  },
  createWebhook: {
    '068-webhooks-create': '0b94 active, 8 triggers, signed',
    '069-webhooks-create-duplicate-url': 'rejected: webhook-exists',
    '070-webhooks-create-trigger-not-in-enum-BOOKING_CONFIRMED': 'rejected: other',
    '075-webhooks-create-cloud-metadata-address': 'rejected: webhook-address-refused',
  },
  deleteWebhook: {
    '083-webhooks-get-other-user': 'rejected: not-allowed',
    '087-webhooks-delete': 'deleted',
    '088-webhooks-delete-again': 'not-found: webhook',
  },
} as const;

export type AskedMethod = keyof typeof expectedOutcomes;
