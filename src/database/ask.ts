import type { DataSource } from 'typeorm';
import { poolOf } from './pool-of.js';

/** Part of a statement. */
export interface Sql {
  readonly sql: string;
  /** Of `$1` and the places after it. */
  readonly values: readonly unknown[];
}

/** What one statement can ask beside others. Its rows come as JSON has them: a time is text, a `bigint` a number. */
export interface Question<T> extends Sql {
  readonly read: (rows: never) => T;
}

export interface PlannedOnce {
  /** Under this name each connection keeps the plan: the text is never another, whatever the values are. */
  readonly plan?: string;
}

export type Questions = Readonly<Record<string, Question<unknown>>>;
export type Answers<Q extends Questions> = { readonly [K in keyof Q]: Q[K] extends Question<infer T> ? T : never };

/** All answers in one way to the database and back, and of one moment: the ways are what a page of many parts costs. */
export async function ask<Q extends Questions>(
  dataSource: DataSource,
  questions: Q,
  { plan: name }: PlannedOnce = {},
): Promise<Answers<Q>> {
  const parts: string[] = [];
  const values: unknown[] = [];
  for (const question of Object.values(questions)) {
    const before = values.length;
    const sql = question.sql.replaceAll(/\$(\d+)/g, (_, place: string) => `$${Number(place) + before}`);
    parts.push(`(select coalesce(json_agg(answer), '[]') from (${sql}) answer)`);
    values.push(...question.values);
  }
  const text = `select ${parts.join(',\n')}`;
  const { rows } = await poolOf(dataSource).query<never[]>({ name, text, values, rowMode: 'array' });
  const answers = Object.values(questions).map((question, index) => question.read(rows[0]![index]!));
  return Object.fromEntries(Object.keys(questions).map((key, index) => [key, answers[index]])) as Answers<Q>;
}

/** The time that JSON has as text. */
export function timeOf(text: string): Date;
export function timeOf(text: string | null): Date | null;
export function timeOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
