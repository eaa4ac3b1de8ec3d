/** `grey`: it could not be looked at, because of what another line says. */
export type Colour = 'green' | 'amber' | 'red' | 'grey';

/** What one check found: how it is, and what to do about it. */
export interface Finding {
  readonly colour: Colour;
  readonly text: string;
  readonly todo: string;
}

export const green = (text: string): Finding => ({ colour: 'green', text, todo: '' });
export const amber = (text: string, todo: string): Finding => ({ colour: 'amber', text, todo });
export const red = (text: string, todo: string): Finding => ({ colour: 'red', text, todo });
export const notChecked = (text: string): Finding => ({ colour: 'grey', text, todo: '' });
