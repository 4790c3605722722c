import protobuf from 'protobufjs/light.js';

/**
 * The part of TensorFlow's protobuf schemas that we write (saved_model.proto, meta_graph.proto, graph.proto and what they use), field
 * numbers as there. A map is written as what it is on the wire: entries of key and value.
 */
const { Root } = protobuf;

export const tensorflow = Root.fromJSON({
  nested: {
    Dimension: { fields: { size: { type: 'int64', id: 1 } } },
    Shape: {
      fields: { dim: { rule: 'repeated', type: 'Dimension', id: 2 }, unknownRank: { type: 'bool', id: 3 } },
    },
    TensorProto: {
      fields: {
        dtype: { type: 'int32', id: 1 },
        tensorShape: { type: 'Shape', id: 2 },
        tensorContent: { type: 'bytes', id: 4 },
      },
    },
    Attribute: {
      oneofs: { value: { oneof: ['s', 'i', 'f', 'b', 'type', 'shape', 'tensor'] } },
      fields: {
        s: { type: 'bytes', id: 2 },
        i: { type: 'int64', id: 3 },
        f: { type: 'float', id: 4 },
        b: { type: 'bool', id: 5 },
        type: { type: 'int32', id: 6 },
        shape: { type: 'Shape', id: 7 },
        tensor: { type: 'TensorProto', id: 8 },
      },
    },
    AttributeEntry: { fields: { key: { type: 'string', id: 1 }, value: { type: 'Attribute', id: 2 } } },
    Node: {
      fields: {
        name: { type: 'string', id: 1 },
        op: { type: 'string', id: 2 },
        input: { rule: 'repeated', type: 'string', id: 3 },
        attr: { rule: 'repeated', type: 'AttributeEntry', id: 5 },
      },
    },
    Versions: { fields: { producer: { type: 'int32', id: 1 } } },
    Graph: {
      fields: {
        node: { rule: 'repeated', type: 'Node', id: 1 },
        versions: { type: 'Versions', id: 4 },
      },
    },
    MetaInfo: { fields: { tags: { rule: 'repeated', type: 'string', id: 4 } } },
    MetaGraph: { fields: { metaInfoDef: { type: 'MetaInfo', id: 1 }, graphDef: { type: 'Graph', id: 2 } } },
    SavedModel: {
      fields: {
        savedModelSchemaVersion: { type: 'int64', id: 1 },
        metaGraphs: { rule: 'repeated', type: 'MetaGraph', id: 2 },
      },
    },
  },
});
