/** Chance that can be repeated: the same seed gives the same numbers (mulberry32). */
export class Dice {
  private state: number;

  constructor(private readonly seed: number) {
    this.state = seed >>> 0;
  }

  /** Dice of its own for one purpose, so that how often others roll changes nothing. */
  for(purpose: string): Dice {
    const mixed = [...purpose].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 0x01000193), this.seed);
    return new Dice(mixed);
  }

  /** From 0 up to, not including, 1. */
  roll(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  chance(share: number): boolean {
    return this.roll() < share;
  }

  between(from: number, to: number): number {
    return from + this.roll() * (to - from);
  }

  pick<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.roll() * choices.length)];
  }
}
