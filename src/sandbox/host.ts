/** A Cal.com user whose calendar people book, with the key that acts for them. */
export interface Host {
  readonly id: number;
  readonly name: string;
  readonly username: string;
  readonly email: string;
  readonly timeZone: string;
  readonly apiKey: string;
  /** Monday to Friday, from the first hour to the last, in the host's own zone. */
  readonly workingHours: { readonly from: number; readonly to: number };
  /** Calendar accounts that are looked into for what is taken already; none unless told. */
  readonly calendars?: readonly ConnectedCalendar[];
}

export interface ConnectedCalendar {
  readonly email: string;
  /** The host has taken the permission back: there is an error instead of calendars. */
  readonly broken?: boolean;
}
