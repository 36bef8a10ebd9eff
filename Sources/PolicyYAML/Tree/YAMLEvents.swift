import CYAML
import Diagnostics

/// The events of one YAML text, from libyaml's parser.
///
/// The parser keeps pointers to itself and to the text, so it lives on the heap and is never
/// copied, and the text must outlive it.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let source: SourceID

    /// Creates the events of a text.
    ///
    /// The corresponding C functions are `yaml_parser_initialize` and
    /// `yaml_parser_set_input_string`.
    init(_ text: UnsafeBufferPointer<UInt8>, source: SourceID) {
        self.source = source
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        // It fails only for want of memory; the first event then reports it.
        if yaml_parser_initialize(parser) == 1 {
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(parser, text.baseAddress, text.count)
        } else {
            parser.pointee.error = YAML_MEMORY_ERROR
        }
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event.
    ///
    /// The corresponding C function is `yaml_parser_parse`.
    mutating func next() throws(YAMLProblem) -> YAMLEvent {
        var event = yaml_event_t()
        guard parser.pointee.error == YAML_NO_ERROR, yaml_parser_parse(parser, &event) == 1 else {
            throw YAMLProblem(parser.pointee, source: source)
        }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(event, source: source)
    }
}

extension YAMLEvent {
    fileprivate init(_ event: yaml_event_t, source: SourceID) {
        span = SourceSpan(
            source: source,
            start: SourcePosition(event.start_mark),
            end: SourcePosition(event.end_mark)
        )
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = .scalar(
                String(decoding: bytes, as: UTF8.self),
                isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE
            )
            (hasAnchor, hasTag) = (scalar.anchor != nil, scalar.tag != nil)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            kind = .listStart(isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE)
            (hasAnchor, hasTag) = (start.anchor != nil, start.tag != nil)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            kind = .mappingStart(isFlow: start.style == YAML_FLOW_MAPPING_STYLE)
            (hasAnchor, hasTag) = (start.anchor != nil, start.tag != nil)
        case YAML_ALIAS_EVENT:
            kind = .alias
            (hasAnchor, hasTag) = (false, false)
        default:
            kind = Kind(ofType: event.type)
            (hasAnchor, hasTag) = (false, false)
        }
    }
}

extension YAMLEvent.Kind {
    fileprivate init(ofType type: yaml_event_type_t) {
        switch type {
        case YAML_STREAM_START_EVENT: self = .streamStart
        case YAML_DOCUMENT_START_EVENT: self = .documentStart
        case YAML_DOCUMENT_END_EVENT: self = .documentEnd
        case YAML_SEQUENCE_END_EVENT: self = .listEnd
        case YAML_MAPPING_END_EVENT: self = .mappingEnd
        default: self = .streamEnd
        }
    }
}

extension SourcePosition {
    /// The place of a mark; libyaml counts from 0.
    init(_ mark: yaml_mark_t) {
        self.init(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }
}
