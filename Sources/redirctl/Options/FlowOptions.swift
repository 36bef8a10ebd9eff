import ArgumentParser

/// What happens to live flows that a change leaves on their old way.
struct FlowOptions: ParsableArguments {
    @Flag(help: "Make live flows that would keep an old target or source go the new way.")
    var flushFlows = false
}
