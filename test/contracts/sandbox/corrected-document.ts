import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, { content: Record<string, Media> }> }>>;
  readonly components: { readonly schemas: Record<string, { properties: Record<string, object> }> };
}
interface Media {
  schema: object;
}

const nullableText = { type: 'string', nullable: true };
const anyObject = { type: 'object' };

/** Where the official documents are wrong about what a real server was seen to answer; all the rest of them holds. */
const corrections: Record<string, Record<string, object>> = {
  BookingOutput_2024_08_13: { rating: { type: 'number', nullable: true }, rescheduledByEmail: nullableText },
  UserWebhookOutputDto: { id: { type: 'string' }, payloadTemplate: nullableText, secret: nullableText },
  EventTypeOutput_2024_06_14: {
    recurrence: { ...anyObject, nullable: true },
    bookingWindow: anyObject,
    seats: anyObject,
    users: { type: 'array', items: anyObject },
    forwardParamsSuccessRedirect: { type: 'boolean', nullable: true },
    bookingFields: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          type: { type: 'string' },
          slug: { type: 'string' },
          isDefault: { type: 'boolean' },
          required: { type: 'boolean' },
        },
        required: ['type', 'slug', 'isDefault', 'required'],
      },
    },
  },
  ConnectedCalendarsData: { destinationCalendar: anyObject },
};

/** The document gives every slot shape at once, under names that do not occur. */
const slots = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['success'] },
    data: {
      type: 'object',
      additionalProperties: {
        type: 'array',
        items: { type: 'object', properties: { start: { type: 'string', format: 'date-time' } }, required: ['start'] },
      },
    },
  },
  required: ['status', 'data'],
};

export function correctedDocument(file: string): Document {
  const document = JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as Document;
  for (const [name, properties] of Object.entries(corrections)) {
    Object.assign(document.components.schemas[name]?.properties ?? {}, properties);
  }
  const answer = document.paths['/v2/slots']?.['get']?.responses['200']?.content['application/json'];
  if (answer) answer.schema = slots;
  return document;
}
