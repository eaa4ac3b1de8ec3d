import type { OpenAPIObject } from '@nestjs/swagger';

/** What the page needs of a schema of the document. */
export interface DocumentSchema {
  readonly $ref?: string;
  readonly allOf?: readonly DocumentSchema[];
  readonly oneOf?: readonly DocumentSchema[];
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly nullable?: boolean;
  readonly example?: unknown;
  readonly description?: string;
  readonly items?: DocumentSchema;
  readonly properties?: Readonly<Record<string, DocumentSchema>>;
  readonly required?: readonly string[];
}

const byFormat: Readonly<Record<string, string>> = {
  uuid: '7d0cb1f4-0f4b-4b39-9a57-0d6a3c6b8f11',
  'date-time': '2026-12-01T09:00:00.000Z',
  uri: 'https://interviews.example.org/i/4mTq0kq3o1xq5T4c0Q2k7A',
};

export function resolveSchema(document: OpenAPIObject, schema: DocumentSchema): DocumentSchema {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
  const name = reference?.split('/').at(-1);
  const found = name ? (document.components?.schemas?.[name] as DocumentSchema | undefined) : undefined;
  return found ? { ...found, ...schema } : schema;
}

/** A value that would fit. `sparse` leaves out of an object what may be left out and says nothing by example. */
export function exampleOf(document: OpenAPIObject, given: DocumentSchema, sparse = false): unknown {
  const schema = resolveSchema(document, given);
  if (schema.example !== undefined) {
    return schema.example;
  }
  if (schema.enum) {
    return schema.enum[0];
  }
  if (schema.type === 'array') {
    return [exampleOf(document, schema.items ?? {}, sparse)];
  }
  if (schema.properties) {
    const shown = Object.entries(schema.properties).filter(
      ([name, property]) => !sparse || schema.required?.includes(name) || property.example !== undefined,
    );
    return Object.fromEntries(shown.map(([name, property]) => [name, exampleOf(document, property, sparse)]));
  }
  return plainExample(schema);
}

function plainExample({ type, format, nullable }: DocumentSchema): unknown {
  const text = format ? byFormat[format] : undefined;
  if (text) {
    return text;
  }
  if (nullable) {
    return null;
  }
  return { integer: 1, number: 1, boolean: false }[type ?? ''] ?? '…';
}

/** `list of text (uuid)`, `submitted or reviewed`, `whole number or null`. */
export function typeInWords(document: OpenAPIObject, given: DocumentSchema): string {
  const schema = resolveSchema(document, given);
  const words = schema.enum
    ? schema.enum.join(', ')
    : schema.oneOf
      ? schema.oneOf.map((one) => typeInWords(document, one)).join(' or ')
      : schema.type === 'array'
        ? `list of ${typeInWords(document, schema.items ?? {})}`
        : plainType(schema);
  return schema.nullable ? `${words} or null` : words;
}

function plainType({ type = 'object', format }: DocumentSchema): string {
  const word = { string: 'text', integer: 'whole number', boolean: 'true or false', object: 'object' }[type] ?? type;
  return format ? `${word} (${format})` : word;
}
