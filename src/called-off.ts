/** The start was called off while it waited. */
export class StartCalledOff extends Error {
  override readonly name = 'StartCalledOff';
}
