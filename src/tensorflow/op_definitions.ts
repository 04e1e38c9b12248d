import { readFields } from "../protobuf.ts";
import { type CApi, copyMemory } from "./c_api.ts";

/** What the registry says of an op: how its inputs are grouped and which attributes it has. */
export interface OpDefinition {
  inputs: {
    /** The attribute that says how many tensors this argument takes; empty for one tensor. */
    listAttribute: string;
    /** The attribute that holds its element type; empty where the type is fixed. */
    typeAttribute: string;
  }[];
  attributes: Set<string>;
}

/**
 * Reads the definitions of all ops that the library has (`OpList` of op_def.proto).
 *
 * @param api The C API.
 * @returns The definitions by op name.
 */
export function readOpDefinitions(api: CApi): Map<string, OpDefinition> {
  const buffer = api.runtime.TF_GetAllOpList(); // TF_Buffer: { void* data; size_t length; … }
  const [address, bytes] = new BigUint64Array(
    copyMemory(api, { address: buffer, bytes: 16 }).buffer,
  );
  const list = copyMemory(api, { address, bytes: Number(bytes) });
  api.framework.TF_DeleteBuffer(buffer);
  const definitions = new Map<string, OpDefinition>();
  for (const [, op] of readFields(list)) readOp(op as Uint8Array, definitions);
  return definitions;
}

const text = (value: number | Uint8Array) => new TextDecoder().decode(value as Uint8Array);

function readOp(op: Uint8Array, definitions: Map<string, OpDefinition>): void {
  const definition: OpDefinition = { inputs: [], attributes: new Set() };
  let name = "";
  for (const [field, value] of readFields(op)) {
    if (field === 1) name = text(value);
    else if (field === 2) definition.inputs.push(readArgument(value as Uint8Array));
    else if (field === 4) {
      for (const [number, part] of readFields(value as Uint8Array)) {
        if (number === 1) definition.attributes.add(text(part));
      }
    }
  }
  definitions.set(name, definition);
}

function readArgument(argument: Uint8Array): OpDefinition["inputs"][number] {
  const input = { listAttribute: "", typeAttribute: "" };
  for (const [field, value] of readFields(argument)) {
    if (field === 4) input.typeAttribute = text(value);
    else if (field === 5 || field === 6) input.listAttribute = text(value); // number_attr, type_list_attr
  }
  return input;
}
