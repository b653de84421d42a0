import Foundation

/// Something that can be drawn.
public protocol Drawable {
    func draw(on canvas: Canvas)
}

/// A line between two points.
public struct Line: Drawable {
    let from: Point
    var width = 1.0

    init(from: Point) {
        self.from = from
    }

    public func draw(on canvas: Canvas) {
        canvas.stroke(from, width: width)
    }
}

final class Canvas: View {
    static let shared = Canvas()

    func stroke(_ point: Point, width: Double) {
        render(point)
    }

    deinit {
        close()
    }
}

enum Tool: String {
    case pen, brush

    var title: String { rawValue.capitalized }
}

extension Line {
    func length() -> Double { distance(from, to) }
}

typealias Handler = (Line) -> Void

func makeLine() -> Line {
    return Line(from: .zero)
}
