import { Ajv, type ValidateFunction } from 'ajv';
import * as formats from 'ajv-formats';

/** A request as it arrived on the wire; header names in lower case. */
export interface ArrivedRequest {
  readonly method: string;
  /** With the query: `/v2/bookings?take=1`. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'header' | 'path';
  readonly required?: boolean;
  readonly schema?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean };
  readonly responses?: Readonly<Record<string, unknown>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;
type Found = { readonly operation: Operation; readonly pointer: readonly string[] };

/**
 * Holds requests and answers against an OpenAPI document. For requests it is stricter than the document: a path, a
 * query name or a body field that is not named there is a problem. No problem is an empty list.
 */
export class OpenApiChecker {
  private readonly paths: Paths;
  private readonly closedSchemas: SchemaShelf;
  private readonly openSchemas: SchemaShelf;

  constructor(document: object) {
    this.paths = (document as { paths: Paths }).paths;
    this.closedSchemas = new SchemaShelf(asJsonSchema(document, { closed: true }));
    this.openSchemas = new SchemaShelf(asJsonSchema(document, { closed: false }));
  }

  requestProblems(request: ArrivedRequest): string[] {
    const { pathname, searchParams } = new URL(request.target, 'http://localhost');
    const found = this.find(request.method, pathname);
    if (!found) return [`${request.method} ${pathname} is not in the document`];
    return [
      ...this.queryProblems(found, searchParams),
      ...headerProblems(found, request.headers),
      ...this.bodyProblems(found, request),
    ].map((problem) => `${request.method} ${pathname}: ${problem}`);
  }

  answerProblems(method: string, path: string, status: number, body: unknown): string[] {
    const found = this.find(method, path);
    if (!found?.operation.responses?.[status]) return [`${method} ${path}: ${status} is not in the document`];
    return this.openSchemas.problems([...found.pointer, 'responses', `${status}`, ...jsonSchema], body);
  }

  private find(method: string, pathname: string): Found | null {
    const exact = Object.keys(this.paths).filter((path) => path === pathname);
    const templates = Object.keys(this.paths).filter((path) => matches(path, pathname));
    const path = [...exact, ...templates][0];
    const operation = path && this.paths[path]?.[method.toLowerCase()];
    return operation ? { operation, pointer: ['paths', path, method.toLowerCase()] } : null;
  }

  private queryProblems({ operation, pointer }: Found, query: URLSearchParams): string[] {
    const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
    const unknown = [...query.keys()].filter((name) => !parameters.some((parameter) => parameter.name === name));
    const missing = parameters.filter((parameter) => parameter.required && !query.has(parameter.name));
    const wrong = parameters.flatMap((parameter) => {
      const text = query.get(parameter.name);
      if (text === null || !parameter.schema) return [];
      const index = operation.parameters?.indexOf(parameter);
      const value = valueFrom(text, parameter.schema['type']);
      return this.closedSchemas.problems([...pointer, 'parameters', `${index}`, 'schema'], value);
    });
    return [
      ...unknown.map((name) => `the query name ${name} is not in the document`),
      ...missing.map(({ name }) => `the query name ${name} is missing`),
      ...wrong,
    ];
  }

  private bodyProblems({ operation, pointer }: Found, request: ArrivedRequest): string[] {
    if (!operation.requestBody) return request.body === '' ? [] : ['a body is not in the document'];
    if (request.body === '') return operation.requestBody.required ? ['the body is missing'] : [];
    if (!`${request.headers['content-type']}`.startsWith('application/json')) return ['the body is not called JSON'];
    return this.closedSchemas.problems([...pointer, 'requestBody', ...jsonSchema], JSON.parse(request.body));
  }
}

/** The schemas inside one document, compiled when first asked for. */
class SchemaShelf {
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(document: object) {
    addFormats(this.ajv);
    this.ajv.addSchema(document, 'document');
  }

  problems(pointer: readonly string[], value: unknown): string[] {
    const reference = `document#/${pointer.map(escapePointer).join('/')}`;
    const validate = this.validators.get(reference) ?? this.ajv.compile({ $ref: reference });
    this.validators.set(reference, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) =>
      [error.instancePath || '(whole)', error.message, error.params['additionalProperty']].filter(Boolean).join(' '),
    );
  }
}

const addFormats = formats.default as unknown as (ajv: Ajv) => void;
const jsonSchema = ['content', 'application/json', 'schema'];

function headerProblems({ operation }: Found, headers: ArrivedRequest['headers']): string[] {
  return (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'header')
    .flatMap(({ name, required, schema }) => {
      const value = headers[name.toLowerCase()];
      if (value === undefined) return required ? [`the header ${name} is missing`] : [];
      const pinned = schema?.['default'];
      return pinned === undefined || pinned === value ? [] : [`the header ${name} is ${value}, not ${pinned}`];
    });
}

function matches(template: string, pathname: string): boolean {
  const parts = template.split('/');
  const given = pathname.split('/');
  return parts.length === given.length && parts.every((part, at) => part === given[at] || /^\{.+\}$/.test(part));
}

function valueFrom(text: string, type: unknown): unknown {
  if (type === 'number' || type === 'integer') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return type === 'array' ? text.split(',') : text;
}

/**
 * OpenAPI 3.0 says `nullable` where JSON Schema has a type; and documents written by programs list alternatives under
 * `oneOf` that overlap, so that nothing could ever satisfy them.
 */
function asJsonSchema(node: unknown, { closed }: { closed: boolean }): object {
  if (Array.isArray(node)) return node.map((entry) => (isObject(entry) ? asJsonSchema(entry, { closed }) : entry));
  const entries = Object.entries(node as Record<string, unknown>).map(([key, value]) => {
    const name = key === 'oneOf' ? 'anyOf' : key;
    return [name, isObject(value) ? asJsonSchema(value, { closed }) : value];
  });
  const schema = Object.fromEntries(entries) as Record<string, unknown>;
  if (schema['nullable'] === true && typeof schema['type'] === 'string') schema['type'] = [schema['type'], 'null'];
  if (typeof schema['nullable'] === 'boolean') delete schema['nullable'];
  if (closed && isObject(schema['properties']) && schema['additionalProperties'] === undefined) {
    schema['additionalProperties'] = false;
  }
  return schema;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
