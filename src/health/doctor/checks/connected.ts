import type { CalComConfigsService } from '../../../cal-com/cal-com-configs.service.js';
import type { Actor } from '../../../shared/actor.js';

export const notConnected = 'There is no Cal.com key that can be used.';

export async function isConnected(configs: CalComConfigsService, actor: Actor): Promise<boolean> {
  return (await configs.connection(actor)) !== null;
}
