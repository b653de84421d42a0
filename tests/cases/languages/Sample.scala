package org.example.json

import scala.util.Try

/** Reads a value from JSON. */
trait Decoder[A] extends Serializable {
  def decode(json: Json): Try[A]

  /** Changes the result. */
  final def map[B](f: A => B): Decoder[B] = new Decoder[B] {
    def decode(json: Json): Try[B] = self.decode(json).map(f)
  }
}

object Decoder {
  val empty: Int = 0
  implicit val int: Decoder[Int] = instance(_.asInt)

  def instance[A](f: Json => Try[A]): Decoder[A] = build(f)
}

case class Field(name: String, value: Json)

class Parser(input: String) extends Base(input) with Logging {
  type Result = Either[Error, Json]

  def parse(): Result = {
    val tokens = tokenize(input)
    read(tokens)
  }
}

enum Color { case Red, Green }
