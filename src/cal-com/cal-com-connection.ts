/** Where Cal.com is and the key to it. A key goes only to the address it was saved with. */
export interface CalComConnection {
  /** With the version, without a slash at the end: `https://api.cal.com/v2`. */
  readonly apiUrl: string;
  readonly apiKey: string;
}
