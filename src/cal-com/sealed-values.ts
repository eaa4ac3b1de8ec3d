import { accountMailTokens, secondFactorSecrets } from '../accounts/sealed-values.js';
import { fingerprintKeys } from '../encryption/fingerprints.service.js';
import type { SealedValues } from '../encryption/sealed-values.js';
import { removeWebhookQueue } from './former-webhook.js';

/** Every ciphertext there is. A new one belongs into this list, or a rotation of the keys leaves it behind. */
export const sealedValues: readonly SealedValues[] = [
  column('api_key'),
  column('webhook_secret'),
  secondFactorSecrets,
  accountMailTokens,
  fingerprintKeys,
  {
    table: 'pgboss.job',
    listSql: `select id row, data ->> 'orgId' "orgId", data ->> 'connection' sealed,
                     concat_ws('|', data ->> 'orgId', '${removeWebhookQueue}', 'connection', data ->> 'webhookId') place
                from pgboss.job
               where name = '${removeWebhookQueue}' and state < 'completed' and data ->> 'connection' is not null`,
    replaceSql: `update pgboss.job set data = jsonb_set(data, '{connection}', to_jsonb($3::text))
                  where name = '${removeWebhookQueue}' and id = $1::uuid and data ->> 'connection' = $2`,
  },
];

function column(name: 'api_key' | 'webhook_secret'): SealedValues {
  return {
    table: 'cal_com_configs',
    listSql: `select org_id row, org_id "orgId", ${name} sealed,
                     concat_ws('|', org_id, 'cal_com_configs', '${name}', org_id) place
                from cal_com_configs where ${name} is not null`,
    replaceSql: `update cal_com_configs set ${name} = $3 where org_id = $1::uuid and ${name} = $2`,
  };
}
