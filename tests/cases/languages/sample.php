<?php

namespace Example\Log;

use Psr\Log\LoggerInterface;

const LEVEL = 3;

/**
 * Writes lines to a file.
 */
final class FileLogger extends Base implements LoggerInterface
{
    use Formats;

    public const MODE = 'a';

    private string $path;

    public function __construct(string $path)
    {
        $this->path = $path;
    }

    /** Writes one line. */
    public function write(string $line): int
    {
        return file_put_contents($this->path, $this->format($line));
    }

    public static function open(string $path): self
    {
        return new self($path);
    }
}

interface Sink
{
    public function write(string $line): int;
}

trait Formats
{
    protected function format(string $line): string
    {
        return trim($line) . PHP_EOL;
    }
}

enum Level: int
{
    case Low = 1;
}

// Makes a logger.
function logger(string $path): FileLogger
{
    return FileLogger::open($path);
}
