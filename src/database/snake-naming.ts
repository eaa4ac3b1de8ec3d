import { DefaultNamingStrategy, type NamingStrategyInterface } from 'typeorm';

/** `startTime` in a class is `start_time` in the table. */
export class SnakeNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(propertyName: string, customName: string | undefined): string {
    return customName ?? propertyName.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}
