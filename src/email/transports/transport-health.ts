/** Whether mail can leave, what is the matter, and what to do about it. */
export interface TransportHealth {
  readonly state: 'good' | 'warn' | 'bad';
  readonly text: string;
  readonly todo: string;
}
