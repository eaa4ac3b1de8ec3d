import type { SealedValues } from '../encryption/sealed-values.js';

/** Of mails that have not left yet. */
export const accountMailTokens: SealedValues = {
  table: 'account_mails',
  listSql: `select a.id row, a.sealed_token sealed, concat_ws('|', 'account_mails', 'sealed_token', a.id) place,
                   coalesce(a.org_id, (select m.org_id from memberships m
                                        where m.user_id = a.user_id order by m.created_at limit 1)) "orgId"
              from account_mails a where a.sealed_token is not null`,
  replaceSql: `update account_mails set sealed_token = $3 where id = $1::uuid and sealed_token = $2`,
};

/** A person may belong to several organizations: the secret counts for the one they joined first. */
export const secondFactorSecrets: SealedValues = {
  table: 'second_factors',
  listSql: `select f.user_id row, f.secret sealed, concat_ws('|', 'second_factors', 'secret', f.user_id) place,
                   (select m.org_id from memberships m where m.user_id = f.user_id order by m.created_at limit 1) "orgId"
              from second_factors f`,
  replaceSql: `update second_factors set secret = $3 where user_id = $1::uuid and secret = $2`,
};
