import { type AmiHandlers, callOf, setCall } from './state.ts';

export const variableHandlers: Pick<AmiHandlers, 'variable'> = {
  /**
   * Whichever of the call's channels it was set on: the dialplan says it of the call. A channel that inherits the variable
   * (`_NAME`) says it again.
   */
  variable(step, { uniqueid, name, value }) {
    const channel = step.state.channels.get(uniqueid);
    if (channel === undefined) return;
    const call = callOf(step, channel);
    const { [name]: before = '', ...others } = call.variables;
    if (value === before) return;
    step.touched.add(call.id);
    setCall(step, { ...call, variables: value === '' ? others : { ...others, [name]: value } });
  },
};
