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
}
