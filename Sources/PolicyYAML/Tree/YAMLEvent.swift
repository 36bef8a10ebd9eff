import Diagnostics

/// One step through a YAML text.
struct YAMLEvent {
    /// What libyaml found.
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias
        /// A single value; its text is there until the next step.
        case scalar(UnsafeBufferPointer<UInt8>, isPlain: Bool)
        case listStart(isFlow: Bool)
        case listEnd
        case mappingStart(isFlow: Bool)
        case mappingEnd
    }

    let kind: Kind
    let start: SourcePosition
    let end: SourcePosition

    /// Whether an anchor or a tag stands in front of the value; the language has neither.
    let hasAnchor: Bool
    let hasTag: Bool
}
