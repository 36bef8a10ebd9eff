/// A map as the kernel has it.
public struct LiveMap: Sendable, Hashable {
    /// The kernel's number for it.
    public var handle: Handle

    /// The map's name.
    public var name: String

    /// What it is, without its elements.
    public var type: MapType

    /// The most elements that the kernel allows it; `nil` for no limit.
    public var size: Int?

    /// Its elements, in no order.
    public var elements: [LiveElement]

    /// Creates a map.
    public init(
        handle: Handle,
        name: String,
        type: MapType,
        size: Int? = nil,
        elements: [LiveElement]
    ) {
        self.handle = handle
        self.name = name
        self.type = type
        self.size = size
        self.elements = elements
    }

    /// The map without what it has counted.
    public var content: LookupMap {
        LookupMap(name: name, type: type, elements: elements.lazy.map(\.element))
    }
}

/// An element of a map as the kernel has it.
public struct LiveElement: Sendable, Hashable {
    /// The element.
    public var element: MapElement

    /// What it has counted, if its map counts.
    public var count: PacketCount?

    /// Creates an element.
    public init(_ element: MapElement, count: PacketCount? = nil) {
        self.element = element
        self.count = count
    }
}
