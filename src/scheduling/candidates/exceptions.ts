/** More would make an address that not every proxy takes. */
export const mostExceptions = 500;

const placesPattern = /^\d{1,7}(,\d{1,7})*$/;

/**
 * Places in a frozen selection, as an address or a form keeps them: `3,57`. Null for what nobody wrote so: whom it
 * left out is not known.
 */
export function readPlaces(text: unknown = ''): number[] | null {
  if (text === '') {
    return [];
  }
  return typeof text === 'string' && placesPattern.test(text) ? [...new Set(text.split(',').map(Number))] : null;
}

export function writePlaces(places: Iterable<number>): string {
  return [...places].toSorted((a, b) => a - b).join(',');
}

/**
 * Who is left out after a page of the selection was looked at: `shown` are the places on that page, `ticked` those of
 * them that are still wanted, and `except` holds for all other pages.
 */
export function exceptionsOf(except: readonly number[], shown: readonly number[], ticked: readonly number[]): number[] {
  const onPage = new Set(shown);
  const wanted = new Set(ticked);
  return [...except.filter((place) => !onPage.has(place)), ...shown.filter((place) => !wanted.has(place))].toSorted(
    (a, b) => a - b,
  );
}
