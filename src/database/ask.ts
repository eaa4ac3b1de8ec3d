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

interface Planned {
  readonly asked: readonly string[];
  readonly text: string;
}

const planned = new Map<string, Planned>();

/** All answers in one way to the database and back, and of one moment: the ways are what a page of many parts costs. */
export async function ask<Q extends Questions>(
  dataSource: DataSource,
  questions: Q,
  { plan: name }: PlannedOnce = {},
): Promise<Answers<Q>> {
  const all = Object.values(questions);
  const text = name ? textOfPlan(name, all) : textOf(all);
  const values = all.flatMap((question) => question.values);
  const { rows } = await poolOf(dataSource).query<never[]>({ name, text, values, rowMode: 'array' });
  const answers = all.map((question, index) => question.read(rows[0]![index]!));
  return Object.fromEntries(Object.keys(questions).map((key, index) => [key, answers[index]])) as Answers<Q>;
}

/** Written once. */
function textOfPlan(name: string, questions: readonly Sql[]): string {
  const known = planned.get(name);
  if (known && questions.every(({ sql }, index) => sql === known.asked[index])) {
    return known.text;
  }
  const text = textOf(questions);
  planned.set(name, { asked: questions.map(({ sql }) => sql), text });
  return text;
}

function textOf(questions: readonly Sql[]): string {
  let before = 0;
  const parts = questions.map(({ sql, values }) => {
    const shift = before;
    before += values.length;
    const moved = sql.replaceAll(/\$(\d+)/g, (_, place: string) => `$${Number(place) + shift}`);
    return `(select coalesce(json_agg(answer), '[]') from (${moved}) answer)`;
  });
  return `select ${parts.join(',\n')}`;
}

/** The time that JSON has as text. */
export function timeOf(text: string): Date;
export function timeOf(text: string | null): Date | null;
export function timeOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
