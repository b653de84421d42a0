package org.example.users

import org.example.db.Database

const val LIMIT = 20

/** A user of the system. */
data class User(val id: Long, val name: String)

interface Repository<T> {
    fun find(id: Long): T?
}

/** Keeps users in memory. */
class Users(private val db: Database) : Repository<User>, Closeable {
    private val cache = mutableMapOf<Long, User>()

    override fun find(id: Long): User? {
        return cache[id] ?: db.query("users", id)
    }

    companion object {
        fun empty(): Users = Users(Database())
    }
}

object Registry {
    fun register(user: User) = println(user)
}

enum class Role { ADMIN, GUEST }

typealias Handler = (User) -> Unit

// Shouts a name.
fun String.shout(): String = uppercase()
