import type { OpenAPIObject } from '@nestjs/swagger';
import { exampleOf, resolveSchema, typeInWords, type DocumentSchema } from './schema-example.js';

interface NameView {
  readonly name: string;
  readonly where: string;
  readonly type: string;
  readonly required: boolean;
  readonly what: string;
}

interface OperationView {
  readonly anchor: string;
  readonly method: string;
  readonly tone: 'info' | 'good' | 'warn' | 'bad';
  readonly path: string;
  readonly does: string;
  readonly more: string;
  readonly role: string;
  readonly names: readonly NameView[];
  readonly body: string;
  readonly answer: string;
  readonly answers: readonly { readonly status: string; readonly what: string }[];
}

/** `views/pages/scheduling/api-docs/index.hbs`. */
export interface ApiDocsView extends Record<string, unknown> {
  readonly title: string;
  readonly about: string;
  readonly operations: readonly OperationView[];
}

interface DocumentOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly (DocumentSchema & {
    name: string;
    in: string;
    required?: boolean;
    schema?: DocumentSchema;
  })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: DocumentSchema }>> };
  readonly responses: Readonly<
    Record<string, { description: string; content?: Record<string, { schema: DocumentSchema }> }>
  >;
  readonly 'x-role': string;
}

const tones = { get: 'info', post: 'good', put: 'warn', delete: 'bad' } as const;

export function apiDocsView(document: OpenAPIObject): ApiDocsView {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) =>
      operationView(document, path, method as keyof typeof tones, operation as unknown as DocumentOperation),
    ),
  );
  return { title: 'JSON API', about: plain(document.info.description), operations };
}

function operationView(
  document: OpenAPIObject,
  path: string,
  method: keyof typeof tones,
  operation: DocumentOperation,
): OperationView {
  const body = operation.requestBody?.content['application/json']?.schema;
  const answers = Object.entries(operation.responses);
  const good = answers.find(([status]) => status.startsWith('2'))?.[1].content?.['application/json']?.schema;
  return {
    anchor: operation.operationId,
    method: method.toUpperCase(),
    tone: tones[method],
    path,
    does: operation.summary,
    more: plain(operation.description),
    role: operation['x-role'],
    names: [...parameterViews(document, operation), ...(body ? fieldViews(document, body) : [])],
    body: body ? asText(exampleOf(document, body, true)) : '',
    answer: good ? asText(exampleOf(document, good)) : '',
    answers: answers.map(([status, { description }]) => ({ status, what: plain(description) })),
  };
}

function parameterViews(document: OpenAPIObject, { parameters = [] }: DocumentOperation): NameView[] {
  return parameters.map(({ name, in: where, required = false, description, schema = {} }) => ({
    name,
    where,
    type: typeInWords(document, schema),
    required,
    what: plain(description),
  }));
}

function fieldViews(document: OpenAPIObject, body: DocumentSchema): NameView[] {
  const { properties = {}, required = [] } = resolveSchema(document, body);
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    where: 'body',
    type: typeInWords(document, schema),
    required: required.includes(name),
    what: plain(schema.description),
  }));
}

/** Descriptions are Markdown in the document; of it they use backticks alone. */
function plain(description = ''): string {
  return description.replaceAll('`', '');
}

function asText(example: unknown): string {
  return JSON.stringify(example, null, 2);
}
