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

export interface Asking {
  /** Rows that every question can read as the table of this name, found once. */
  readonly given?: Sql & { readonly name: string };
  /** Under this name each connection keeps the plan: the text is never another, whatever the values are. */
  readonly plan?: string;
}

export type Questions = Readonly<Record<string, Question<unknown>>>;
export type Answers<Q extends Questions> = { readonly [K in keyof Q]: Q[K] extends Question<infer T> ? T : never };

/** All answers in one way to the database and back, and of one moment: the ways are what a page of many parts costs. */
export async function ask<Q extends Questions>(
  dataSource: DataSource,
  questions: Q,
  { given, plan: name }: Asking = {},
): Promise<Answers<Q>> {
  const all = Object.values(questions);
  const values: unknown[] = [...(given?.values ?? [])];
  const parts = all.map((question) => {
    const sql = movedBy(values.length, question.sql);
    values.push(...question.values);
    return `(select coalesce(json_agg(answer), '[]') from (${sql}) answer)`;
  });
  const before = given ? `with ${given.name} as materialized (${given.sql}) ` : '';
  const text = `${before}select ${parts.join(',\n')}`;
  const { rows } = await poolOf(dataSource).query<never[]>({ name, text, values, rowMode: 'array' });
  const answers = all.map((question, index) => question.read(rows[0]![index]!));
  return Object.fromEntries(Object.keys(questions).map((key, index) => [key, answers[index]])) as Answers<Q>;
}

/** Its values come after so many others. */
function movedBy(others: number, sql: string): string {
  return sql.replaceAll(/\$(\d+)/g, (_, place: string) => `$${Number(place) + others}`);
}

/** The time that JSON has as text. */
export function timeOf(text: string): Date;
export function timeOf(text: string | null): Date | null;
export function timeOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
