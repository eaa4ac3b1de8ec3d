import { type Host } from './host.js';

export interface EventType {
  readonly id: number;
  readonly ownerId: number;
  title: string;
  slug: string;
  description: string;
  lengthInMinutes: number;
  /** More than one length to choose from, or null. */
  lengthInMinutesOptions: number[] | null;
  locationUrl: string;
  minimumBookingNoticeMinutes: number;
  requiresConfirmation: boolean;
  hidden: boolean;
}

/** `withTitleField`: the answer for one event type lists a hidden default field that the list omits. */
export function eventTypeOutput(eventType: EventType, owner: Host, webUrl: string, withTitleField: boolean) {
  const options = eventType.lengthInMinutesOptions;
  return {
    id: eventType.id,
    ownerId: owner.id,
    lengthInMinutes: eventType.lengthInMinutes,
    ...(options && { lengthInMinutesOptions: options }),
    title: eventType.title,
    slug: eventType.slug,
    description: eventType.description,
    locations: [{ type: 'link', link: eventType.locationUrl, public: true }],
    bookingFields: bookingFields(withTitleField),
    recurrence: null,
    disableGuests: false,
    slotInterval: null,
    minimumBookingNotice: eventType.minimumBookingNoticeMinutes,
    beforeEventBuffer: 0,
    afterEventBuffer: 0,
    metadata: options ? { multipleDuration: options } : {},
    price: 0,
    currency: 'usd',
    lockTimeZoneToggleOnBookingPage: false,
    forwardParamsSuccessRedirect: true,
    successRedirectUrl: null,
    isInstantEvent: false,
    users: [
      {
        id: owner.id,
        name: owner.name,
        username: owner.username,
        avatarUrl: null,
        brandColor: null,
        darkBrandColor: null,
        weekStart: 'Monday',
        metadata: {},
      },
    ],
    scheduleId: null,
    onlyShowFirstAvailableSlot: false,
    offsetStart: 0,
    bookingWindow: { disabled: true },
    confirmationPolicy: eventType.requiresConfirmation
      ? { type: 'always', blockUnconfirmedBookingsInBooker: false }
      : { disabled: true },
    requiresBookerEmailVerification: false,
    hideCalendarNotes: false,
    seats: { disabled: true },
    useDestinationCalendarEmail: false,
    hideCalendarEventDetails: false,
    hideOrganizerEmail: false,
    calVideoSettings: { sendTranscriptionEmails: true },
    hidden: eventType.hidden,
    bookingRequiresAuthentication: false,
    bookerActiveBookingsLimit: { disabled: true },
    bookingUrl: `${webUrl}/${owner.username}/${eventType.slug}`,
    disableCancelling: { disabled: false },
    disableRescheduling: { disabled: false },
    interfaceLanguage: null,
    allowReschedulingPastBookings: false,
    allowReschedulingCancelledBookings: false,
    showOptimizedSlots: false,
  };
}

function bookingFields(withTitleField: boolean) {
  const shown = { disableOnPrefill: false, hidden: false };
  return [
    { isDefault: true, type: 'name', slug: 'name', required: true, label: 'your_name', disableOnPrefill: false },
    { isDefault: true, type: 'email', slug: 'email', required: true, ...shown },
    { isDefault: true, type: 'radioInput', slug: 'location', required: false, hidden: false },
    ...(withTitleField
      ? [{ isDefault: true, type: 'text', slug: 'title', required: true, disableOnPrefill: false, hidden: true }]
      : []),
    { isDefault: true, type: 'textarea', slug: 'notes', required: false, ...shown },
    { isDefault: true, type: 'multiemail', slug: 'guests', required: false, ...shown },
    { isDefault: true, type: 'textarea', slug: 'rescheduleReason', required: false, ...shown },
  ];
}
