import { QueryFailedError } from 'typeorm';
import { isDatabaseAway } from './database-away.js';

const withCode = (code: string, rest: object = {}) => Object.assign(new Error('no'), { code }, rest);

describe('isDatabaseAway', () => {
  it.each([
    ['no server on the port', withCode('ECONNREFUSED', { syscall: 'connect' })],
    ['no socket', withCode('ENOENT', { syscall: 'connect' })],
    ['a server that is starting', withCode('57P03')],
    ['a server that crashed', new QueryFailedError('select 1', [], withCode('57P02'))],
    ['a connection that broke', new QueryFailedError('select 1', [], new Error('Connection terminated unexpectedly'))],
    ['an answer that broke off', new QueryFailedError('select 1', [], withCode('ECONNRESET', { syscall: 'read' }))],
    ['a question that broke off', withCode('EPIPE', { syscall: 'write' })],
    ['no connection in time', new Error('timeout exceeded when trying to connect')],
  ])('is true of %s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });

  it.each([
    ['a wrong statement', new QueryFailedError('selec 1', [], withCode('42601'))],
    ['a missing file', withCode('ENOENT', { syscall: 'open' })],
    ['a statement that was cancelled', new QueryFailedError('select 1', [], withCode('57014'))],
    ['no error', null],
  ])('is false of %s', (_, error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});
