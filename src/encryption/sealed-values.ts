/** Where ciphertexts are stored, for whoever has to go through all of them. */
export interface SealedValues {
  /** Not there before the first start of the app, where it is none of our own. */
  readonly table: string;
  /** Lists each with its row and the place it is bound to: `row`, `orgId`, `sealed`, `place`. */
  readonly listSql: string;
  /** Puts $3 into row $1, unless that holds something else than $2 by now. */
  readonly replaceSql: string;
}

export interface SealedValue {
  readonly row: string;
  readonly orgId: string;
  readonly sealed: string;
  readonly place: string;
}
