import type { EntityManager } from 'typeorm';

/**
 * Ends every session of a person. A request under way may write its own once more: it is of an earlier generation.
 * Answers the generation that sessions begin with from now on.
 */
export async function endSessionsOf(manager: EntityManager, userId: string): Promise<number> {
  await manager.query(`delete from sessions where $1 in (sess ->> 'userId', sess #>> '{waiting,userId}')`, [userId]);
  const [[user]] = await manager.query<[{ session_generation: number }[], number]>(
    `update users set session_generation = session_generation + 1 where id = $1 returning session_generation`,
    [userId],
  );
  return user!.session_generation;
}
