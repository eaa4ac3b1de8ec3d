import { readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads typed values from the environment and collects every fault, so that all can be listed at once. */
export class EnvironmentReader {
  readonly faults: string[] = [];

  constructor(private readonly environment: Environment) {}

  text(name: string): string | null {
    const value = this.environment[name]?.trim();
    const file = this.environment[`${name}_FILE`]?.trim();
    if (value && file) {
      this.fault(`${name} and ${name}_FILE are both set; set one of them`);
    }
    return value || (file ? this.readFile(name, file) : null);
  }

  required(name: string, why: string): string {
    const value = this.text(name);
    if (!value) {
      this.fault(`${name} is missing: ${why}`);
    }
    return value ?? '';
  }

  integer(name: string, fallback: number, least: number, most: number): number {
    return this.number(name, fallback, least, most, /^\d+$/);
  }

  decimal(name: string, fallback: number, least: number, most: number): number {
    return this.number(name, fallback, least, most, /^\d+(\.\d+)?$/);
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const value = this.text(name) ?? fallback;
    const choice = choices.find((candidate) => candidate === value);
    if (!choice) {
      this.fault(`${name} is "${value}"; it must be one of ${choices.join(', ')}`);
    }
    return choice ?? fallback;
  }

  url(name: string, fallback: string, protocols: readonly string[] = ['http:', 'https:']): string {
    const value = this.text(name) ?? fallback;
    const protocol = URL.canParse(value) ? new URL(value).protocol : null;
    if (!protocol || !protocols.includes(protocol)) {
      this.fault(`${name} must be an address that starts with ${protocols.map((one) => `${one}//`).join(' or ')}`);
      return fallback;
    }
    return value.replace(/\/+$/, '');
  }

  fault(sentence: string): void {
    this.faults.push(sentence);
  }

  private number(name: string, fallback: number, least: number, most: number, pattern: RegExp): number {
    const value = this.text(name);
    const parsed = Number(value ?? fallback);
    if (value !== null && (!pattern.test(value) || parsed < least || parsed > most)) {
      this.fault(`${name} is "${value}"; it must be a number from ${least} to ${most}`);
      return fallback;
    }
    return parsed;
  }

  private readFile(name: string, file: string): string | null {
    try {
      return readFileSync(file, 'utf8').trim() || null;
    } catch {
      this.fault(`${name}_FILE names "${file}", which cannot be read`);
      return null;
    }
  }
}
