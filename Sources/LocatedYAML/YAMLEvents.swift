import CYAML
import Diagnostics

/// One event in a YAML text.
struct YAMLEvent {
    /// The kind of event.
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias
        /// A single value; its text is valid until the next event.
        case scalar(UnsafeBufferPointer<UInt8>, isPlain: Bool)
        case listStart(isFlow: Bool)
        case listEnd
        case mappingStart(isFlow: Bool)
        case mappingEnd
    }

    let kind: Kind
    let start: SourcePosition
    let end: SourcePosition

    /// Whether the value has an anchor or a tag.
    let hasAnchor: Bool
    let hasTag: Bool
}

/// The events of one YAML text, from libyaml's parser.
///
/// The parser contains pointers to itself and to the text. So it lives on the heap, is never copied,
/// and must not outlive the text.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>

    /// Creates the events of a text.
    ///
    /// The corresponding C functions are `yaml_parser_initialize` and
    /// `yaml_parser_set_input_string`.
    init(_ text: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        event = .allocate(capacity: 1)
        event.initialize(to: yaml_event_t())
        // It fails only if there is no memory; the first event then reports it.
        if yaml_parser_initialize(parser) == 1 {
            yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(parser, text.baseAddress, text.count)
        } else {
            parser.pointee.error = YAML_MEMORY_ERROR
        }
    }

    deinit {
        yaml_event_delete(event)
        event.deallocate()
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event, or `nil` if there is a problem.
    ///
    /// The corresponding C function is `yaml_parser_parse`.
    @inline(__always)
    mutating func next() -> YAMLEvent? {
        yaml_event_delete(event)
        guard parser.pointee.error == YAML_NO_ERROR, yaml_parser_parse(parser, event) == 1 else {
            return nil
        }
        return YAMLEvent(event)
    }

    /// Why there is no next event.
    func problem(in source: SourceID) -> YAMLProblem {
        YAMLProblem(parser.pointee, source: source)
    }
}

extension YAMLEvent {
    /// Creates an event from one of libyaml, which is too large to be copied.
    @inline(__always)
    fileprivate init(_ event: UnsafeMutablePointer<yaml_event_t>) {
        start = SourcePosition(event.pointee.start_mark)
        end = SourcePosition(event.pointee.end_mark)
        switch event.pointee.type {
        case YAML_SCALAR_EVENT:
            let (value, style) = (event.pointee.data.scalar.value, event.pointee.data.scalar.style)
            kind = .scalar(
                UnsafeBufferPointer(start: value, count: event.pointee.data.scalar.length),
                isPlain: style == YAML_PLAIN_SCALAR_STYLE
            )
            hasAnchor = event.pointee.data.scalar.anchor != nil
            hasTag = event.pointee.data.scalar.tag != nil
        case YAML_SEQUENCE_START_EVENT:
            let style = event.pointee.data.sequence_start.style
            kind = .listStart(isFlow: style == YAML_FLOW_SEQUENCE_STYLE)
            hasAnchor = event.pointee.data.sequence_start.anchor != nil
            hasTag = event.pointee.data.sequence_start.tag != nil
        case YAML_MAPPING_START_EVENT:
            let style = event.pointee.data.mapping_start.style
            kind = .mappingStart(isFlow: style == YAML_FLOW_MAPPING_STYLE)
            hasAnchor = event.pointee.data.mapping_start.anchor != nil
            hasTag = event.pointee.data.mapping_start.tag != nil
        case YAML_ALIAS_EVENT:
            kind = .alias
            (hasAnchor, hasTag) = (false, false)
        default:
            kind = Kind(ofType: event.pointee.type)
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
    /// Creates the position of a mark; libyaml counts from 0.
    init(_ mark: yaml_mark_t) {
        self.init(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }
}
