/**
 * What an OpenAPI 3.0 document may hold, as far as ours goes: a JSON schema after the OpenAPI Specification 3.0.3 in which
 * nothing unnamed is allowed.
 */
const text = { type: 'string', minLength: 1 };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const $schema = { $ref: '#/definitions/schemaOrReference' };
const mapOf = (value: object) => ({ type: 'object', additionalProperties: value });
const closed = (required: readonly string[], properties: object) => ({
  type: 'object',
  required,
  properties,
  patternProperties: { '^x-': {} },
  additionalProperties: false,
});

export const openApiShape = {
  ...closed(['openapi', 'info', 'paths'], {
    openapi: { type: 'string', pattern: '^3\\.0\\.\\d$' },
    info: closed(['title', 'version'], { title: text, version: text, description: text, contact: { type: 'object' } }),
    servers: { type: 'array', items: closed(['url'], { url: text, description: text }) },
    security: { type: 'array', items: mapOf({ type: 'array', items: text }) },
    tags: { type: 'array', items: closed(['name'], { name: text, description: text }) },
    paths: {
      type: 'object',
      patternProperties: { '^/': { $ref: '#/definitions/pathItem' } },
      additionalProperties: false,
    },
    components: closed([], {
      schemas: {
        type: 'object',
        patternProperties: { '^[\\w.-]+$': $schema },
        additionalProperties: false,
      },
      securitySchemes: mapOf({
        oneOf: [
          closed(['type', 'name', 'in'], {
            type: { const: 'apiKey' },
            name: text,
            in: { enum: ['cookie', 'header', 'query'] },
            description: text,
          }),
          closed(['type', 'scheme'], { type: { const: 'http' }, scheme: text, description: text }),
        ],
      }),
    }),
  }),
  definitions: {
    pathItem: {
      type: 'object',
      propertyNames: { enum: ['get', 'put', 'post', 'delete', 'patch'] },
      additionalProperties: { $ref: '#/definitions/operation' },
    },
    operation: closed(['responses', 'operationId', 'summary'], {
      operationId: text,
      summary: text,
      description: text,
      tags: { type: 'array', items: text },
      parameters: { type: 'array', items: { $ref: '#/definitions/parameter' } },
      requestBody: closed(['content'], {
        required: flag,
        description: text,
        content: mapOf({ $ref: '#/definitions/media' }),
      }),
      responses: {
        type: 'object',
        minProperties: 1,
        patternProperties: {
          '^[1-5]\\d\\d$': closed(['description'], {
            description: text,
            content: mapOf({ $ref: '#/definitions/media' }),
          }),
        },
        additionalProperties: false,
      },
      security: { type: 'array' },
    }),
    parameter: {
      ...closed(['name', 'in', 'schema'], {
        name: text,
        in: { enum: ['path', 'query', 'header', 'cookie'] },
        required: flag,
        description: text,
        schema: $schema,
        example: {},
      }),
      if: { properties: { in: { const: 'path' } } },
      // eslint-disable-next-line unicorn/no-thenable
      then: { required: ['required'], properties: { required: { const: true } } },
    },
    media: closed(['schema'], { schema: $schema, example: {} }),
    schemaOrReference: {
      if: { required: ['$ref'] },
      // eslint-disable-next-line unicorn/no-thenable
      then: { type: 'object', properties: { $ref: text }, additionalProperties: false },
      else: { $ref: '#/definitions/schema' },
    },
    schema: {
      ...closed([], {
        title: text,
        description: text,
        type: { enum: ['array', 'boolean', 'integer', 'number', 'object', 'string'] },
        format: text,
        pattern: text,
        nullable: flag,
        enum: { type: 'array', minItems: 1 },
        default: {},
        example: {},
        minimum: { type: 'number' },
        maximum: { type: 'number' },
        minLength: count,
        maxLength: count,
        minItems: count,
        maxItems: count,
        items: $schema,
        properties: mapOf($schema),
        required: { type: 'array', items: text, minItems: 1, uniqueItems: true },
        additionalProperties: { anyOf: [flag, $schema] },
        allOf: { type: 'array', items: $schema, minItems: 1 },
        oneOf: { type: 'array', items: $schema, minItems: 1 },
      }),
      if: { properties: { type: { const: 'array' } }, required: ['type'] },
      // eslint-disable-next-line unicorn/no-thenable
      then: { required: ['items'] },
    },
  },
};
