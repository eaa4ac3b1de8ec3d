import 'reflect-metadata';
import { readSettings } from './config/read-settings.js';
import { refuseToStart, serve, stopOnSignals } from './serve.js';

try {
  const { stop } = await serve(readSettings());
  stopOnSignals(stop);
} catch (error) {
  refuseToStart(error);
}
