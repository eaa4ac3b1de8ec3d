import { randomUUID } from 'node:crypto';
import { badRequest, conflict, forbidden, invalidTarget, notFound } from './api-error.js';
import { asObject } from './booking-input.js';
import { type Call, type Endpoint, hostOf, success } from './endpoint.js';
import { type SandboxState } from './state.js';
import { type Trigger, triggers, type Webhook } from './webhook.js';

type Body = Record<string, unknown>;

export function webhookEndpoints(state: SandboxState, now: () => Date): Endpoint[] {
  const own = (call: Call) => state.webhooks.filter(({ userId }) => userId === hostOf(call).id);

  const create = (call: Call) => {
    const input = asObject(call.body);
    refuseBadBody(input, ['active', 'triggers']);
    const subscriberUrl = allowedUrl(input.subscriberUrl);
    if (own(call).some((webhook) => webhook.subscriberUrl === subscriberUrl)) {
      throw conflict('Webhook with this subscriber url already exists for this user');
    }
    const webhook: Webhook = {
      id: randomUUID(),
      userId: hostOf(call).id,
      subscriberUrl,
      triggers: input.triggers as Trigger[],
      active: input.active as boolean,
      secret: (input.secret as string | undefined) ?? null,
      payloadTemplate: (input.payloadTemplate as string | undefined) ?? null,
      createdAt: now().toISOString(),
    };
    state.webhooks.push(webhook);
    state.save();
    return success(listOutput(webhook), 201);
  };
  const change = (call: Call) => {
    const webhook = owned(call, state);
    const input = asObject(call.body);
    refuseBadBody(input, []);
    if (input.subscriberUrl !== undefined) webhook.subscriberUrl = allowedUrl(input.subscriberUrl);
    if (input.triggers !== undefined) webhook.triggers = input.triggers as Trigger[];
    if (input.active !== undefined) webhook.active = input.active as boolean;
    if (input.secret !== undefined) webhook.secret = input.secret as string | null;
    state.save();
    return success(listOutput(webhook));
  };
  const remove = (call: Call) => {
    const webhook = owned(call, state);
    state.webhooks.splice(state.webhooks.indexOf(webhook), 1);
    state.save();
    return success(listOutput(webhook));
  };

  const one = '/webhooks/:id';
  return [
    { method: 'post', path: '/webhooks', key: 'required', answer: create },
    {
      method: 'get',
      path: '/webhooks',
      key: 'required',
      answer: (call) => {
        const skip = Number(call.query.skip ?? 0);
        const page = own(call).slice(skip, skip + Number(call.query.take ?? 250));
        return success(page.map(listOutput));
      },
    },
    { method: 'get', path: one, key: 'required', answer: (call) => success(fullOutput(owned(call, state))) },
    { method: 'patch', path: one, key: 'required', answer: change },
    { method: 'delete', path: one, key: 'required', answer: remove },
  ];
}

function owned(call: Call, state: SandboxState): Webhook {
  const id = call.params.id ?? '';
  const webhook = state.webhooks.find((webhook) => webhook.id === id);
  if (!webhook) throw notFound(`Webhook (${id}) not found`);
  const user = hostOf(call);
  if (webhook.userId === user.id) return webhook;
  throw forbidden(`IsUserWebhookGuard - user with id=(${user.id}) is not the owner of webhook with id=(${id})`);
}

/** Unknown fields are dropped in silence here, unlike on bookings. */
function refuseBadBody(input: Body, required: readonly string[]): void {
  const isAsked = (name: string) => required.includes(name) || input[name] !== undefined;
  const errors = [
    ...(isAsked('active') && typeof input.active !== 'boolean'
      ? [{ property: 'active', constraints: { isBoolean: 'active must be a boolean value' } }]
      : []),
    ...(isAsked('triggers') ? triggerErrors(input.triggers) : []),
    ...(input.version === undefined || input.version === '2021-10-20'
      ? []
      : [
          {
            property: 'version',
            constraints: { isEnum: 'version must be one of the following values: 2021-10-20' },
          },
        ]),
  ];
  if (errors.length > 0) throw invalidTarget(input, errors);
}

function triggerErrors(value: unknown) {
  const isArray = Array.isArray(value);
  if (isArray && value.every((trigger) => triggers.includes(trigger as Trigger))) return [];
  const isEnum = `each value in triggers must be one of the following values: ${triggers.join(', ')}`;
  return [{ property: 'triggers', constraints: { isEnum, ...(!isArray && { isArray: 'triggers must be an array' }) } }];
}

function allowedUrl(value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (!url) throw badRequest('Webhook URL is not allowed: Invalid URL format');
  if (!['http:', 'https:'].includes(url.protocol)) {
    throw badRequest('Webhook URL is not allowed: Only HTTP and HTTPS protocols are allowed');
  }
  if (url.hostname === '169.254.169.254') throw badRequest('Webhook URL is not allowed: Blocked hostname');
  return value as string;
}

function listOutput({ id, payloadTemplate, triggers, subscriberUrl, active, secret, userId }: Webhook) {
  return { id, payloadTemplate, triggers, subscriberUrl, active, secret, userId };
}

function fullOutput(webhook: Webhook) {
  const { id, userId, subscriberUrl, payloadTemplate, createdAt, active, secret, triggers } = webhook;
  return {
    id,
    userId,
    teamId: null,
    eventTypeId: null,
    subscriberUrl,
    payloadTemplate,
    createdAt,
    active,
    appId: null,
    secret,
    platform: false,
    time: null,
    timeUnit: null,
    version: '2021-10-20',
    triggers,
    oAuthClientId: null,
  };
}
